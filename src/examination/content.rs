//! What a page draws: the text it shows, in the order in which it is shown, and whether it draws pictures.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::fonts::Font;
use super::streams::Budget;
use super::tokens::{Token, Tokens};

/// Forms drawn within forms, and forms drawn in one file.
const DEEPEST_FORM: usize = 8;
const MOST_FORMS: usize = 2_000;
/// Characters of text kept of one page.
const LONGEST_TEXT: usize = 1 << 20;
/// Thousandths of the font's size by which a gap within a shown line reads as a space.
const SPACE: f32 = -200.0;

/// What was drawn on one page.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    pub(super) text: String,
    /// Text that can be seen: not what a scanner lays invisibly over its picture.
    pub(super) visible_text: bool,
    /// Pictures, or lines and areas: text turned into outlines is a picture, too.
    pub(super) pictures: bool,
}

/// Reads the content of one document's pages.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    document: &'a Document,
    fonts: HashMap<ObjectId, Rc<Font<'a>>>,
    forms: usize,
    pictures: Vec<&'a Stream>,
    seen: HashSet<ObjectId>,
}

/// What changes from operator to operator.
#[derive(Debug, Default)]
struct State<'a> {
    font: Option<Rc<Font<'a>>>,
    /// `Tr 3`: neither filled nor stroked.
    invisible: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self { document, fonts: HashMap::new(), forms: 0, pictures: Vec::new(), seen: HashSet::new() }
    }

    /// The pictures drawn on the pages read so far, each once, in order.
    pub(super) fn into_pictures(mut self, most: usize) -> Vec<&'a Stream> {
        self.pictures.truncate(most);
        self.pictures
    }

    /// Reads the page's content streams as one, as ISO 32000-1 §7.8.2 has it.
    pub(super) fn page(
        &mut self,
        page: &'a Dictionary,
        resources: Option<&'a Dictionary>,
        budget: &mut Budget,
    ) -> Drawn {
        let mut content = Vec::new();
        let streams: Vec<&Object> = match page.get_deref(b"Contents", self.document) {
            Ok(Object::Array(streams)) => streams.iter().take(1_000).collect(),
            Ok(stream) => vec![stream],
            Err(_) => Vec::new(),
        };
        for stream in streams {
            let decoded = self.document.dereference(stream).ok().and_then(|(_, stream)| stream.as_stream().ok());
            content.extend(decoded.and_then(|stream| budget.decode(stream)).unwrap_or_default());
            content.push(b'\n');
        }
        let mut drawn = Drawn::default();
        self.draw(&content, resources, 0, budget, &mut drawn);
        drawn
    }

    fn draw(
        &mut self,
        content: &[u8],
        resources: Option<&'a Dictionary>,
        depth: usize,
        budget: &mut Budget,
        drawn: &mut Drawn,
    ) {
        let mut state = State::default();
        let mut operands = Vec::new();
        let mut tokens = Tokens(content);
        while let Some(token) = tokens.next() {
            let Token::Word(word) = token else {
                operands.push(token);
                continue;
            };
            match word {
                b"Tf" => state.font = self.font(&operands, resources, budget),
                b"Tr" => state.invisible = operands.last() == Some(&Token::Word(b"3")),
                b"Tj" | b"TJ" => show(&state, &operands, drawn),
                b"'" | b"\"" => {
                    drawn.text.push(' ');
                    show(&state, &operands, drawn);
                }
                b"BT" | b"Td" | b"TD" | b"Tm" | b"T*" => drawn.text.push(' '),
                b"f" | b"F" | b"f*" | b"S" | b"s" | b"B" | b"B*" | b"b" | b"b*" | b"sh" => drawn.pictures = true,
                b"Do" => self.draw_object(&operands, resources, depth, budget, drawn),
                b"ID" => {
                    tokens.skip_inline_image();
                    drawn.pictures = true;
                }
                _ if word.first().is_some_and(|byte| byte.is_ascii_digit() || b"+-.".contains(byte)) => {
                    operands.push(token);
                    continue;
                }
                _ => {}
            }
            operands.clear();
            if drawn.text.len() > LONGEST_TEXT {
                return;
            }
        }
    }

    fn font(
        &mut self,
        operands: &[Token<'_>],
        resources: Option<&'a Dictionary>,
        budget: &mut Budget,
    ) -> Option<Rc<Font<'a>>> {
        let named = self.resource(b"Font", operands, resources)?;
        let (id, font) = self.document.dereference(named).ok()?;
        if let Some(known) = id.and_then(|id| self.fonts.get(&id)) {
            return Some(Rc::clone(known));
        }
        let font = Rc::new(Font::new(font.as_dict().ok()?, self.document, budget));
        if let Some(id) = id {
            self.fonts.insert(id, Rc::clone(&font));
        }
        Some(font)
    }

    fn draw_object(
        &mut self,
        operands: &[Token<'_>],
        resources: Option<&'a Dictionary>,
        depth: usize,
        budget: &mut Budget,
        drawn: &mut Drawn,
    ) {
        let Some(named) = self.resource(b"XObject", operands, resources) else { return };
        let Ok((id, Object::Stream(stream))) = self.document.dereference(named) else { return };
        match stream.dict.get(b"Subtype").and_then(Object::as_name) {
            Ok(b"Image") => {
                drawn.pictures = true;
                if id.is_none_or(|id| self.seen.insert(id)) {
                    self.pictures.push(stream);
                }
            }
            Ok(b"Form") if depth < DEEPEST_FORM && self.forms < MOST_FORMS => {
                self.forms += 1;
                let Some(content) = budget.decode(stream) else { return };
                let own = stream.dict.get_deref(b"Resources", self.document).and_then(Object::as_dict).ok();
                self.draw(&content, own.or(resources), depth + 1, budget, drawn);
            }
            _ => {}
        }
    }

    /// The resource of a sort that the first name among the operands means.
    fn resource(&self, sort: &[u8], operands: &[Token<'_>], resources: Option<&'a Dictionary>) -> Option<&'a Object> {
        let name = operands.iter().find_map(|operand| match operand {
            Token::Name(name) => Some(*name),
            _ => None,
        })?;
        resources?.get_deref(sort, self.document).and_then(Object::as_dict).ok()?.get(name).ok()
    }
}

/// Shows strings, with the gaps between them that read as spaces.
fn show(state: &State<'_>, operands: &[Token<'_>], drawn: &mut Drawn) {
    for operand in operands {
        match operand {
            Token::String(shown) => {
                drawn.visible_text |= !state.invisible && shown.iter().any(|byte| !matches!(byte, b' ' | b'\0'));
                match &state.font {
                    Some(font) => font.read(shown, &mut drawn.text),
                    None => drawn.text.push_str(&String::from_utf8_lossy(shown)),
                }
            }
            Token::Word(number) => {
                let gap: Option<f32> = std::str::from_utf8(number).ok().and_then(|number| number.parse().ok());
                if gap.is_some_and(|gap| gap < SPACE) {
                    drawn.text.push(' ');
                }
            }
            _ => {}
        }
    }
}
