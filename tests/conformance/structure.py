"""Every mark of every page belongs to exactly one element of the structure tree, whatever is drawn is a mark or an artifact,
and the elements are what a screen reader needs: headings in order, tables with heads, a description of the QR."""

import pikepdf

from certificates import expect, judge

# Standard structure types (ISO 32000-1, 14.8.4) that a page of ours may have.
TYPES = {
    "Document", "Part", "Sect", "Div", "H1", "H2", "H3", "P", "Span", "Table", "THead", "TBody", "TFoot", "TR", "TH", "TD",
    "Figure", "Form", "L", "LI", "Lbl", "LBody", "Caption", "Note",
}
WITHIN = {"TR": {"Table", "THead", "TBody", "TFoot"}, "TH": {"TR"}, "TD": {"TR"}, "THead": {"Table"}, "TBody": {"Table"}}
DRAWING = {"Tj", "TJ", "'", '"', "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "Do", "sh"}


def check(certificate):
    with pikepdf.open(certificate.path) as pdf:
        tree = Tree(pdf)
        marks = {}
        for number, page in enumerate(pdf.pages):
            for mark in marks_of(page):
                expect((number, mark) not in marks, f"mark {mark} of page {number + 1} is begun twice")
                marks[number, mark] = page.obj.StructParents
        expect(marks, "nothing is marked")
        expect(tree.marks.keys() == marks.keys(), f"marks and tree differ: {sorted(tree.marks.keys() ^ marks.keys())}")
        parents = number_tree(pdf.Root.StructTreeRoot.ParentTree)
        for (page, mark), key in marks.items():
            owner = parents[int(key)][mark]
            expect(owner.objgen == tree.marks[page, mark].objgen, f"the parent tree errs on mark {mark}")
        tree.check_kinds(certificate)
        (widget,) = [one for page in pdf.pages for one in page.get("/Annots", [])]
        expect([one.objgen for one in tree.annotations] == [widget.objgen], "the widget is not in the tree once")
        expect(parents[int(widget.StructParent)].S == "/Form", "the widget's element is no Form")


class Tree:
    """The structure tree, walked once in reading order."""

    def __init__(self, pdf):
        self.pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        self.marks, self.annotations, self.elements, seen = {}, [], [], set()
        root = pdf.Root.StructTreeRoot
        expect("/RoleMap" not in root, "a type is mapped onto another")
        self.walk(root, None, None, seen)
        expect(self.elements and self.elements[0][0] == "Document", "the tree does not begin with a Document")

    def walk(self, element, parent, page, seen):
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                place = (page, kid)
                expect(place not in self.marks, f"mark {kid} of page {page + 1} is used twice")
                self.marks[place] = element
            elif kid.get("/Type") == "/OBJR":
                self.annotations.append(kid.Obj)
            elif kid.get("/Type") == "/MCR":
                place = (self.pages[kid.get("/Pg", element.get("/Pg")).objgen], int(kid.MCID))
                expect(place not in self.marks, f"mark {kid.MCID} is used twice")
                self.marks[place] = element
            else:
                expect(kid.objgen not in seen, "an element stands in the tree twice")
                seen.add(kid.objgen)
                name = str(kid.S)[1:]
                expect(kid.P.objgen == element.objgen, f"a {name} names another parent")
                expect(name in TYPES, f"{name} is no standard type")
                expect(parent in WITHIN.get(name, {parent}), f"a {name} stands in a {parent}")
                self.elements.append((name, parent, kid))
                self.walk(kid, name, self.pages[kid.Pg.objgen] if "/Pg" in kid else page, seen)

    def check_kinds(self, certificate):
        names = [name for name, _, _ in self.elements]
        headings = [int(name[1]) for name in names if name in ("H1", "H2", "H3")]
        expect(headings and headings[0] == 1, "the first heading is not of the first level")
        for before, after in zip(headings, headings[1:]):
            expect(after <= before + 1, "a level of headings is left out")
        figures = [element for name, _, element in self.elements if name == "Figure"]
        expect(len(figures) == 1, f"{len(figures)} figures")
        expect(len(str(figures[0].get("/Alt", ""))) > 10, "the QR is not described")
        for name, _, element in self.elements:
            if name == "Table":
                self.check_table(element)
            if name == "TH":
                expect(scope(element) in ("/Row", "/Column", "/Both"), "a head says not what it heads")
        longest = max((len(value) for value in certificate.facts.values() if isinstance(value, list)), default=0)
        rows = max((len(list(rows_of(element))) for name, _, element in self.elements if name == "Table"), default=0)
        # A long table is one table, not lines of text; a short one may be a grid for each row.
        expect(longest <= 3 or rows > longest, f"{longest} rows of facts stand in no table")

    def check_table(self, table):
        widths = set()
        heads = 0
        for row in rows_of(table):
            cells = list(kids_of(row))
            expect(cells and all(cell.S in ("/TH", "/TD") for cell in cells), "a row has something other than cells")
            widths.add(sum(int(attribute(cell, "/ColSpan") or 1) for cell in cells))
            heads += sum(cell.S == "/TH" for cell in cells)
        expect(len(widths) == 1, f"a table's rows have {sorted(widths)} columns")
        expect(heads, "a table has no heads")


def rows_of(element):
    for kid in kids_of(element):
        if kid.S == "/TR":
            yield kid
        else:
            yield from rows_of(kid)


def kids_of(element):
    kids = element.get("/K", [])
    return [kid for kid in (kids if isinstance(kids, pikepdf.Array) else [kids]) if isinstance(kid, pikepdf.Dictionary)]


def scope(cell):
    return attribute(cell, "/Scope")


def attribute(element, name):
    attributes = element.get("/A", [])
    for one in attributes if isinstance(attributes, pikepdf.Array) else [attributes]:
        if name in one:
            return one[name]
    return None


def number_tree(node):
    """A number tree as a dictionary."""
    found = {}
    if "/Nums" in node:
        numbers = list(node.Nums)
        found.update({int(key): entry for key, entry in zip(numbers[::2], numbers[1::2])})
    for kid in node.get("/Kids", []):
        found.update(number_tree(kid))
    return found


def marks_of(page):
    """The marks of a page in their order; whatever is drawn outside a mark or an artifact is a fault."""
    open_marks = []
    for operands, operator in pikepdf.parse_content_stream(page):
        operator = str(operator)
        if operator == "BDC":
            properties = operands[1]
            if isinstance(properties, pikepdf.Name):
                properties = page.resources.Properties[properties]
            is_artifact = operands[0] == "/Artifact"
            expect(is_artifact or "/MCID" in properties, f"a mark {operands[0]} without a number")
            expect(not open_marks, "a mark within a mark or an artifact")
            open_marks.append(operands[0])
            if not is_artifact:
                yield int(properties.MCID)
        elif operator == "BMC":
            expect(operands[0] == "/Artifact" and not open_marks, "a mark without a number")
            open_marks.append(operands[0])
        elif operator == "EMC":
            open_marks.pop()
        elif operator in DRAWING:
            expect(open_marks, f"{operator} draws outside any mark")
    expect(not open_marks, "a mark is not ended")


judge(check)
