//! The structure tree: what a page's marks are, in reading order, so that a screen reader says it right (ISO 32000-1 §14.7).

use super::beginning::Shared;
use super::ink::Ink;
use super::objects::{Number, Objects};

/// An element of the tree, by its place among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element(usize);

/// What an element is; the standard types of ISO 32000-1 §14.8.4 and the attributes that go with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The whole certificate, in Azerbaijani.
    Document,
    /// Its title.
    Title,
    /// A heading below the title.
    Heading,
    /// A paragraph.
    Paragraph,
    /// A paragraph in English.
    EnglishParagraph,
    /// A table.
    Table,
    /// A table's head.
    TableHead,
    /// A table's body.
    TableBody,
    /// A row.
    Row,
    /// A cell that heads its column.
    ColumnHead,
    /// A cell that heads its row and is this many columns wide.
    RowHead(usize),
    /// A cell that is this many columns wide.
    Cell(usize),
    /// The QR, within this box, described by an alternative text.
    Figure([i32; 4]),
    /// The place of the seal.
    Form,
}

impl Role {
    /// The standard structure type.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::Document => "Document",
            Self::Title => "H1",
            Self::Heading => "H2",
            Self::Paragraph | Self::EnglishParagraph => "P",
            Self::Table => "Table",
            Self::TableHead => "THead",
            Self::TableBody => "TBody",
            Self::Row => "TR",
            Self::ColumnHead | Self::RowHead(_) => "TH",
            Self::Cell(_) => "TD",
            Self::Figure(_) => "Figure",
            Self::Form => "Form",
        }
    }
}

/// The tree as it grows with the pages.
pub(super) struct Structure {
    nodes: Vec<Node>,
}

struct Node {
    role: Role,
    parent: Option<Element>,
    kids: Vec<Kid>,
    /// The page of its marks; an element of ours never spans two.
    page: Option<usize>,
}

enum Kid {
    Element(Element),
    Mark(usize),
    Widget(Number),
}

/// What a reader who cannot see the QR is told of it.
const QR_DESCRIPTION: &str = "QR kod: kamera ilə oxudulduqda arayışın yoxlanması səhifəsini açır";

impl Structure {
    pub(super) fn new() -> Self {
        let document = Node { role: Role::Document, parent: None, kids: Vec::new(), page: None };
        let mut nodes = Vec::with_capacity(256);
        nodes.push(document);
        Self { nodes }
    }

    /// The element that holds all others.
    pub(super) fn document() -> Element {
        Element(0)
    }

    /// Adds an element as the last of its parent's.
    pub(super) fn add(&mut self, parent: Element, role: Role) -> Element {
        let element = Element(self.nodes.len());
        self.nodes.push(Node { role, parent: Some(parent), kids: Vec::new(), page: None });
        self.nodes[parent.0].kids.push(Kid::Element(element));
        element
    }

    pub(super) fn tag(&self, element: Element) -> &'static str {
        self.nodes[element.0].role.tag()
    }

    /// Notes that marked content of a page belongs to an element.
    pub(super) fn mark(&mut self, element: Element, page: usize, mark: usize) {
        let node = &mut self.nodes[element.0];
        node.page = Some(page);
        node.kids.push(Kid::Mark(mark));
    }

    /// Notes that the seal's widget, on the first page, belongs to an element.
    pub(super) fn widget(&mut self, element: Element, widget: Number) {
        let node = &mut self.nodes[element.0];
        node.page = Some(0);
        node.kids.push(Kid::Widget(widget));
    }

    /// Writes the tree and its parent tree, and returns the root's number.
    ///
    /// Page `n` has the key `n` in the parent tree; the widget of `form` has the key after the last page's.
    pub(super) fn write(
        &self,
        objects: &mut Objects,
        shared: Shared,
        pages: Number,
        inks: &[Ink],
        form: Option<Element>,
    ) -> Number {
        let root = objects.reserve(2);
        let (parents, first) = (Number(root.0 + 1), objects.reserve(self.nodes.len()));
        let number = |element: Element| Number(first.0 + u32::try_from(element.0).unwrap_or(u32::MAX));
        objects.begin(root).text("<</Type/StructTreeRoot/K ").reference(first);
        objects.text("/ParentTree ").reference(parents).text("/ParentTreeNextKey ");
        objects.integer(inks.len() + usize::from(form.is_some())).text(">>").end();
        objects.begin(parents).text("<</Nums[");
        for (page, ink) in inks.iter().enumerate() {
            objects.integer(page).text("[");
            for &element in &ink.marks {
                objects.reference(number(element)).text(" ");
            }
            objects.text("]");
        }
        if let Some(form) = form {
            objects.integer(inks.len()).text(" ").reference(number(form));
        }
        objects.text("]>>").end();
        for (at, node) in self.nodes.iter().enumerate() {
            objects.begin(number(Element(at))).text("<</Type/StructElem/S/").text(node.role.tag()).text("/P ");
            objects.reference(node.parent.map_or(root, number));
            if let Some(page) = node.page {
                objects.text("/Pg ").reference(page_number(pages, page));
            }
            attributes(objects, node.role, shared);
            objects.text("/K[");
            for kid in &node.kids {
                match *kid {
                    Kid::Element(element) => objects.reference(number(element)).text(" "),
                    Kid::Mark(mark) => objects.integer(mark).text(" "),
                    Kid::Widget(widget) => objects.text("<</Type/OBJR/Obj ").reference(widget).text(">>"),
                };
            }
            objects.text("]>>").end();
        }
        root
    }
}

/// The number of a page object; they are reserved together.
pub(super) fn page_number(pages: Number, page: usize) -> Number {
    Number(pages.0 + u32::try_from(page).unwrap_or(u32::MAX))
}

fn attributes(objects: &mut Objects, role: Role, shared: Shared) {
    match role {
        Role::Document => objects.text("/Lang(az)"),
        Role::EnglishParagraph => objects.text("/Lang(en)"),
        Role::ColumnHead => objects.text("/A ").reference(shared.column),
        Role::RowHead(1) => objects.text("/A ").reference(shared.row),
        Role::Cell(columns) if columns > 1 => objects.text("/A<</O/Table/ColSpan ").integer(columns).text(">>"),
        Role::RowHead(columns) => objects.text("/A<</O/Table/Scope/Row/ColSpan ").integer(columns).text(">>"),
        Role::Figure([left, bottom, right, top]) => {
            let bounds = [left, bottom, right, top].map(|edge| (edge / 100).to_string()).join(" ");
            objects
                .text("/Alt")
                .string(QR_DESCRIPTION)
                .text("/A<</O/Layout/Placement/Block/BBox[")
                .text(&bounds)
                .text("]>>")
        }
        _ => objects,
    };
}
