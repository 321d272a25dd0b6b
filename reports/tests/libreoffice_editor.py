"""LibreOffice as a person: opens a file, types into cells, saves it as Excel.

Run by the system's Python, which has the uno module (package python3-uno):
    libreoffice_editor.py FILE SAVED_AS SHEET 'F7=Đã làm.' 'L7=2024-04-16' ...
Prints, for each cell, what stands in it afterwards.
"""

import os
import subprocess
import sys
import tempfile
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

STARTS_WITHIN = 90  # seconds, on a busy machine


def connect(pipe: str):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    address = f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
    for _ in range(STARTS_WITHIN * 5):
        try:
            return resolver.resolve(address)
        except NoConnectException:
            time.sleep(0.2)
    raise SystemExit("LibreOffice did not start")


def setting(name, value):
    said = PropertyValue()
    said.Name, said.Value = name, value
    return said


def edit(desktop, source: str, target: str, sheet_name: str, typed: list[str]):
    address = uno.systemPathToFileUrl(source)
    book = desktop.loadComponentFromURL(address, "_blank", 0, (setting("Hidden", True),))
    sheet = book.Sheets.getByName(sheet_name)
    for one in typed:
        place, _, text = one.partition("=")
        cell = sheet.getCellRangeByName(place)
        if sheet.isProtected() and cell.CellProtection.IsLocked:
            print(f"{place} is locked")  # the window would not let anybody type here
        elif text.startswith("20") and text.count("-") == 2:
            cell.setFormula(text)  # as typed: a day becomes a day
        else:
            cell.setString(text)
        print(f"{place}={cell.getString()}")
    excel = (setting("FilterName", "Calc MS Excel 2007 XML"),)
    book.storeToURL(uno.systemPathToFileUrl(target), excel)
    book.close(True)


def main():
    source, target, sheet_name, *typed = sys.argv[1:]
    with tempfile.TemporaryDirectory() as home:
        pipe = f"cchc{os.getpid()}"
        office = subprocess.Popen(
            [
                "soffice",
                "--headless",
                "--norestore",
                "--nologo",
                f"-env:UserInstallation=file://{home}",
                f"--accept=pipe,name={pipe};urp;",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            context = connect(pipe)
            service = "com.sun.star.frame.Desktop"
            desktop = context.ServiceManager.createInstanceWithContext(service, context)
            edit(desktop, source, target, sheet_name, typed)
            try:
                desktop.terminate()
            except Exception:  # it may be gone before it has answered
                pass
            office.wait(30)
        finally:
            if office.poll() is None:
                office.kill()
                office.wait()


if __name__ == "__main__":
    main()
