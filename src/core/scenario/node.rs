//! Typed access to a [`Value`] tree. A node knows its path, so that every error can name it.

use super::error::DocError;
use super::value::{Data, Field, Number, Value};

/// A value on its way from the root of a document.
#[derive(Clone, Copy)]
pub(crate) struct Node<'a> {
    pub(crate) value: &'a Value,
    up: Option<&'a Node<'a>>,
    step: Step<'a>,
}

/// The last step of a path.
#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Field(&'a str),
    Item(usize),
}

impl<'a> Node<'a> {
    pub(crate) const fn root(value: &'a Value) -> Self {
        Self {
            value,
            up: None,
            step: Step::Root,
        }
    }

    /// Where it stands in the document: `script[3].mon`.
    fn path(&self) -> String {
        let mut path = self.up.map(Node::path).unwrap_or_default();
        match self.step {
            Step::Root => {}
            Step::Field(name) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(name);
            }
            Step::Item(index) => path.extend(["[", index.to_string().as_str(), "]"]),
        }
        path
    }

    /// Puts this node's path and place into an error.
    pub(crate) fn locate(&self, error: DocError) -> DocError {
        error.at(self.value.at).with_path(self.path())
    }

    pub(crate) fn error(&self, message: impl Into<String>) -> DocError {
        let mut error = self.locate(DocError::new(self.value.at, message));
        error.found = self.value.describe();
        error
    }

    pub(crate) fn expected(&self, what: &str) -> DocError {
        self.locate(DocError::expected(
            self.value.at,
            &self.value.describe(),
            what,
        ))
    }

    pub(crate) fn unknown(&self, kind: &str, word: &str, known: &[&str]) -> DocError {
        self.locate(DocError::unknown(self.value.at, kind, word, known))
    }

    /// See [`DocError::later`].
    pub(crate) fn later(&self, what: &str, here: &str) -> DocError {
        self.locate(DocError::later(self.value.at, what, here))
    }

    /// The fields of an object.
    pub(crate) fn fields(&self) -> Result<&'a [Field], DocError> {
        match &self.value.data {
            Data::Object(fields) => Ok(fields),
            _ => Err(self.expected("an object")),
        }
    }

    /// Checks that this is an object whose fields are all known, each at most once.
    pub(crate) fn only(&self, kind: &str, known: &[&str]) -> Result<(), DocError> {
        let fields = self.fields()?;
        for (i, field) in fields.iter().enumerate() {
            let node = self.child(field);
            if !known.contains(&field.name.as_str()) {
                return Err(node.unknown(kind, &field.name, known).at(field.at));
            }
            if fields[..i].iter().any(|other| other.name == field.name) {
                return Err(node
                    .error(format!("`{}` is given twice", field.name))
                    .at(field.at));
            }
        }
        Ok(())
    }

    fn child<'b>(&'b self, field: &'b Field) -> Node<'b> {
        Node {
            value: &field.value,
            up: Some(self),
            step: Step::Field(&field.name),
        }
    }

    /// The field of that name, unless it is missing or null.
    pub(crate) fn get<'b>(&'b self, name: &str) -> Option<Node<'b>> {
        self.get_or_null(name)
            .filter(|node| node.value.data != Data::Null)
    }

    /// The field of that name, null included.
    pub(crate) fn get_or_null<'b>(&'b self, name: &str) -> Option<Node<'b>> {
        let Data::Object(fields) = &self.value.data else {
            return None;
        };
        let field = fields.iter().find(|field| field.name == name)?;
        Some(self.child(field))
    }

    /// The field of that name, which must be there.
    pub(crate) fn need<'b>(&'b self, name: &str) -> Result<Node<'b>, DocError> {
        self.get(name)
            .ok_or_else(|| self.error(format!("`{name}` is missing here")))
    }

    pub(crate) fn is_list(&self) -> bool {
        matches!(self.value.data, Data::List(_))
    }

    /// The items of a list.
    pub(crate) fn items<'b>(&'b self) -> Result<impl Iterator<Item = Node<'b>>, DocError> {
        let Data::List(items) = &self.value.data else {
            return Err(self.expected("a list"));
        };
        Ok(self.nodes(items))
    }

    /// The items of a list, or the value itself when it isn't one.
    pub(crate) fn items_or_one<'b>(&'b self) -> impl Iterator<Item = Node<'b>> {
        let (items, one): (&[Value], _) = match &self.value.data {
            Data::List(items) => (items, None),
            _ => (&[], Some(*self)),
        };
        self.nodes(items).chain(one)
    }

    fn nodes<'b>(&'b self, items: &'b [Value]) -> impl Iterator<Item = Node<'b>> {
        items.iter().enumerate().map(move |(index, value)| Node {
            value,
            up: Some(self),
            step: Step::Item(index),
        })
    }

    pub(crate) fn text(&self) -> Result<&'a str, DocError> {
        match &self.value.data {
            Data::Text(text) => Ok(text),
            _ => Err(self.expected("a text")),
        }
    }

    /// The text, if it is one.
    pub(crate) fn as_text(&self) -> Option<&'a str> {
        match &self.value.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn bool(&self) -> Result<bool, DocError> {
        match self.value.data {
            Data::Bool(yes) => Ok(yes),
            _ => Err(self.expected("`true` or `false`")),
        }
    }

    /// The truth of a field; what is missing is false.
    pub(crate) fn yes(&self, name: &str) -> Result<bool, DocError> {
        self.get(name).map_or(Ok(false), |field| field.bool())
    }

    pub(crate) const fn as_number(&self) -> Option<Number> {
        match self.value.data {
            Data::Number(number) => Some(number),
            _ => None,
        }
    }

    /// A whole number within bounds, both included.
    pub(crate) fn whole(&self, what: &str, lowest: u64, highest: u64) -> Result<u64, DocError> {
        self.as_number()
            .and_then(Number::as_whole)
            .filter(|n| (lowest..=highest).contains(n))
            .ok_or_else(|| {
                self.expected(&format!(
                    "{what}: a whole number from {lowest} to {highest}"
                ))
            })
    }

    /// A number of milliseconds, as microseconds, not above `highest`.
    pub(crate) fn micros(&self, what: &str, highest: u64) -> Result<u64, DocError> {
        let Some(number) = self.as_number() else {
            return Err(self.expected(&format!("{what}, in milliseconds")));
        };
        match number.scaled(1_000) {
            Some(micros) if micros <= highest => Ok(micros),
            Some(_) => {
                let limit = super::limits::in_words(highest);
                Err(self.expected(&format!("{what}, at most {limit}")))
            }
            None => Err(self.expected(&format!(
                "{what}, in milliseconds with at most three decimals"
            ))),
        }
    }

    /// One of these words.
    pub(crate) fn word(&self, kind: &str, known: &[&str]) -> Result<usize, DocError> {
        let text = self.text()?;
        known
            .iter()
            .position(|one| *one == text)
            .ok_or_else(|| self.unknown(kind, text, known))
    }
}
