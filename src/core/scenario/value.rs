//! The one intermediate for every form of a document: a small tree of values that know where they stand.

pub use super::error::Place;
pub use super::number::Number;

/// How deep values may stand inside each other; what people write needs five or six.
pub const DEPTH_MAX: usize = 64;

/// A value, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// Where it begins.
    pub at: Place,
    /// What it is.
    pub data: Data,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A number that doesn't fit [`Number`], as it was written.
    Digits(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// Named values, in their order; a name may come twice (Ceph prints such).
    Object(Vec<Field>),
}

/// A named value of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub at: Place,
    /// The value.
    pub value: Value,
}

impl Value {
    /// A value that stands somewhere.
    #[must_use]
    pub const fn new(at: Place, data: Data) -> Self {
        Self { at, data }
    }

    /// How errors name it.
    #[must_use]
    pub fn describe(&self) -> String {
        let quoted = |text: &str| format!("`{}`", super::error::shorten(text));
        match &self.data {
            Data::Null => "nothing".to_owned(),
            Data::Bool(true) => quoted("true"),
            Data::Bool(false) => quoted("false"),
            Data::Number(number) => quoted(&number.to_string()),
            Data::Digits(text) | Data::Text(text) => quoted(text),
            Data::List(_) => "a list".to_owned(),
            Data::Object(_) => "an object".to_owned(),
        }
    }
}

/// Values that were made by a program stand nowhere.
impl From<Data> for Value {
    fn from(data: Data) -> Self {
        Self::new(Place::NOWHERE, data)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Data::Text(text.to_owned()).into()
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Data::Number(number).into()
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Data::Bool(yes).into()
    }
}

impl From<Vec<Self>> for Value {
    fn from(items: Vec<Self>) -> Self {
        Data::List(items).into()
    }
}

impl From<Vec<Field>> for Value {
    fn from(fields: Vec<Field>) -> Self {
        Data::Object(fields).into()
    }
}

impl Field {
    /// A field that a program made.
    #[must_use]
    pub fn new(name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        Self {
            name: name.to_owned(),
            at: value.at,
            value,
        }
    }
}
