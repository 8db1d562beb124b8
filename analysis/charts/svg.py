"""An SVG fit to stand in a page: matplotlib's SVG in, a smaller, named, responsive one out."""

from __future__ import annotations

import re
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"

ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)


def finish_svg(raw: str, prefix: str, *, title: str, description: str, family: str) -> str:
    """Return the SVG with a role, a title, a description and ids that start with `prefix`.

    It has no size of its own but fills its box, takes the font `family` from the page, and has
    no style sheet, since one in an inline SVG would style the whole page.
    """
    root = ElementTree.fromstring(raw)
    _drop(root, f"{{{SVG}}}metadata")
    _drop(root, f"{{{SVG}}}style")
    _drop(root, f"{{{SVG}}}clipPath")
    for element in root.iter():
        _tidy(element, prefix)
    _drop_empty(root)
    _name(root, prefix, title, description)
    _, _, width, height = root.attrib["viewBox"].split()
    for attribute in ("width", "height", "version"):
        root.attrib.pop(attribute, None)
    root.attrib.update(
        {
            "id": prefix,
            "class": "chart",
            "role": "img",
            "aria-labelledby": f"{prefix}-title {prefix}-desc",
            "viewBox": f"0 0 {width} {height}",
            "width": "100%",
            "font-family": f"'{family}', 'DejaVu Sans', sans-serif",
            "stroke-linejoin": "round",
        }
    )
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=True).strip()


def _name(root: ElementTree.Element, prefix: str, title: str, description: str) -> None:
    for at, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = ElementTree.Element(f"{{{SVG}}}{tag}", {"id": f"{prefix}-{tag}"})
        element.text = text
        element.tail = "\n"
        root.insert(at, element)


def _shorten(coordinates: str) -> str:
    """Return coordinates to a hundredth of a pixel."""
    rounded = re.sub(
        r"-?\d+\.\d+", lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), coordinates
    )
    return " ".join(rounded.split())


def _drop(parent: ElementTree.Element, tag: str) -> None:
    for child in list(parent):
        if child.tag == tag:
            parent.remove(child)
        else:
            _drop(child, tag)


def _drop_empty(parent: ElementTree.Element) -> None:
    """Remove groups and definitions that hold nothing."""
    for child in list(parent):
        _drop_empty(child)
        if child.tag in (f"{{{SVG}}}g", f"{{{SVG}}}defs") and not len(child):
            parent.remove(child)


def _tidy(element: ElementTree.Element, prefix: str) -> None:
    """Prefix ids and what refers to them; drop what says nothing, the clips to the whole too."""
    for name, value in list(element.attrib.items()):
        if name == "id":
            if element.tag == f"{{{SVG}}}g":
                del element.attrib[name]
            else:
                element.attrib[name] = f"{prefix}-{value}"
        elif name == f"{{{XLINK}}}href" and value.startswith("#"):
            element.attrib[name] = f"#{prefix}-{value[1:]}"
        elif name == "clip-path":
            del element.attrib[name]
        elif name in ("d", "x", "y"):
            element.attrib[name] = _shorten(value)
        elif name == "transform" and value.startswith("rotate(-0"):
            del element.attrib[name]
    if element.tag == f"{{{SVG}}}text":
        style = element.attrib.get("style", "")
        element.attrib["style"] = re.sub(r"font-family:[^;]*;?\s*", "", style)
    element.tail = "\n" if element.tail and element.tail.strip() == "" else element.tail
    if element.text is not None and element.text.strip() == "":
        element.text = "\n"
