"""Looking into the XML of an office file by local names: "strict" files have other namespaces.

Every function takes None for an element that is not there, so that a path of them needs no ifs.
"""


def local(element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element, name: str) -> list:
    return [] if element is None else [found for found in element if local(found) == name]


def child(element, name: str):
    return next(iter(children(element, name)), None)


def value(element, name: str = "val") -> str:
    """The attribute, "" when there is none."""
    if element is None:
        return ""
    for key, words in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return words
    return ""


def is_on(element) -> bool:
    """A switch like <w:vanish/>: there, and not turned off."""
    return element is not None and value(element).lower() not in ("0", "false", "off")
