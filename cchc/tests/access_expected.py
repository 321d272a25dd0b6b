"""Who gets what, address by address: written by hand, compared with what the site answers.

Order: stranger, member, head, coordinator, leader, administrator. `GET` also holds for HEAD.
Every other method answers 405 to whoever may call the address and 403 to the others; a third row
says so where the role may call it but not for this object. The objects behind the addresses are
those of Minh's centre (TTPVKS): member and head are of that unit.
"""

IDENTITIES = ("stranger", "member", "head", "coordinator", "leader", "administrator")

EXPECTED = {
    # name: (GET, POST[, other methods]); 302 sends a stranger to the sign-in page
    "login": ((200, 200, 200, 200, 200, 200), (200, 200, 200, 200, 200, 200)),
    "logout": ((302, 405, 405, 405, 405, 405), (302, 302, 302, 302, 302, 302)),
    "password_change": ((302, 200, 200, 200, 200, 200), (302, 200, 200, 200, 200, 200)),
    "password_change_done": ((302, 200, 200, 200, 200, 200), (302, 405, 405, 405, 405, 405)),
    "health": ((200, 200, 200, 200, 200, 200), (405, 405, 405, 405, 405, 405)),
    "more": ((302, 200, 200, 200, 200, 200), (302, 405, 405, 405, 405, 405)),
    "tasks:my_work": ((302, 200, 200, 200, 403, 403), (302, 405, 405, 405, 403, 403)),
    "tasks:update": (
        (302, 200, 200, 403, 403, 403),
        (302, 422, 422, 403, 403, 403),
        (302, 405, 405, 405, 403, 403),
    ),
    "tasks:review": ((302, 403, 403, 200, 200, 403), (302, 403, 403, 405, 405, 403)),
    "tasks:verify": ((302, 403, 403, 405, 405, 403), (302, 403, 403, 409, 403, 403)),
    "tasks:return": (
        (302, 403, 403, 409, 403, 403),
        (302, 403, 403, 409, 403, 403),
        (302, 403, 403, 405, 405, 403),
    ),
    "tasks:plan": ((302, 200, 200, 200, 200, 200), (302, 405, 405, 405, 405, 405)),
    "tasks:plan_text": ((302, 200, 200, 200, 200, 200), (302, 405, 405, 405, 405, 405)),
    "tasks:task": ((302, 302, 302, 302, 302, 302), (302, 405, 405, 405, 405, 405)),
    "tasks:occurrence": ((302, 200, 200, 200, 200, 200), (302, 405, 405, 405, 405, 405)),
    "tasks:document_file": ((302, 200, 200, 200, 200, 403), (302, 405, 405, 405, 405, 403)),
    "indicators:list": ((302, 200, 200, 200, 200, 200), (302, 405, 405, 405, 405, 405)),
    "indicators:indicator": ((302, 200, 200, 200, 200, 200), (302, 405, 405, 405, 405, 405)),
    "indicators:measure": ((302, 403, 403, 200, 403, 403), (302, 403, 403, 422, 403, 403)),
    "reports:dashboard": ((302, 200, 200, 200, 200, 200), (302, 405, 405, 405, 405, 405)),
    "reports:plan_xlsx": ((302, 200, 200, 200, 200, 200), (302, 405, 405, 405, 405, 405)),
    "reports:plan_pdf": ((302, 200, 200, 200, 200, 200), (302, 405, 405, 405, 405, 405)),
    "reports:list": ((302, 403, 403, 200, 200, 403), (302, 403, 403, 405, 405, 403)),
    "reports:annual": ((302, 403, 403, 200, 200, 403), (302, 403, 403, 405, 405, 403)),
    "reports:annual_pdf": ((302, 403, 403, 200, 200, 403), (302, 403, 403, 405, 405, 403)),
    "reports:annual_docx": ((302, 403, 403, 200, 200, 403), (302, 403, 403, 405, 405, 403)),
    "reports:annual_xlsx": ((302, 403, 403, 200, 200, 403), (302, 403, 403, 405, 405, 403)),
}
