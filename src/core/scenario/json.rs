//! JSON text to a [`Value`] and back. Every error knows its line and column.

use super::cursor::Cursor;
use super::error::DocError;
use super::value::{DEPTH_MAX, Data, Field, Number, Value};

/// Reads a whole text as JSON.
///
/// # Errors
/// When it isn't JSON, or is followed by something else.
pub fn parse(text: &str) -> Result<Value, DocError> {
    let mut cursor = Cursor::new(text);
    let value = parse_value(&mut cursor)?;
    cursor.skip_blanks();
    match cursor.peek() {
        None => Ok(value),
        Some(_) => Err(expected(&cursor, "the end of the document")),
    }
}

/// Reads one value where the cursor stands, and leaves the cursor behind it.
///
/// # Errors
/// When no JSON value stands there.
pub(crate) fn parse_value(cursor: &mut Cursor<'_>) -> Result<Value, DocError> {
    value(cursor, 0)
}

fn value(cursor: &mut Cursor<'_>, depth: usize) -> Result<Value, DocError> {
    cursor.skip_blanks();
    let at = cursor.place();
    if depth >= DEPTH_MAX {
        return Err(DocError::new(at, "values stand too deep inside each other"));
    }
    let data = match cursor.peek() {
        Some('{') => object(cursor, depth)?,
        Some('[') => list(cursor, depth)?,
        Some('"') => Data::Text(string(cursor)?),
        Some('-' | '0'..='9') => number(cursor)?,
        Some('a'..='z') => word(cursor)?,
        _ => return Err(expected(cursor, "a value")),
    };
    Ok(Value::new(at, data))
}

fn object(cursor: &mut Cursor<'_>, depth: usize) -> Result<Data, DocError> {
    let mut fields = Vec::new();
    cursor.next();
    cursor.skip_blanks();
    if cursor.take('}') {
        return Ok(Data::Object(fields));
    }
    loop {
        cursor.skip_blanks();
        let at = cursor.place();
        if cursor.peek() != Some('"') {
            return Err(expected(cursor, "the name of a field, in quotes"));
        }
        let name = string(cursor)?;
        cursor.skip_blanks();
        if !cursor.take(':') {
            return Err(expected(cursor, "`:`"));
        }
        let value = value(cursor, depth + 1)?;
        fields.push(Field { name, at, value });
        cursor.skip_blanks();
        if cursor.take('}') {
            return Ok(Data::Object(fields));
        }
        if !cursor.take(',') {
            return Err(expected(cursor, "`,` or `}`"));
        }
    }
}

fn list(cursor: &mut Cursor<'_>, depth: usize) -> Result<Data, DocError> {
    let mut items = Vec::new();
    cursor.next();
    cursor.skip_blanks();
    if cursor.take(']') {
        return Ok(Data::List(items));
    }
    loop {
        items.push(value(cursor, depth + 1)?);
        cursor.skip_blanks();
        if cursor.take(']') {
            return Ok(Data::List(items));
        }
        if !cursor.take(',') {
            return Err(expected(cursor, "`,` or `]`"));
        }
    }
}

fn word(cursor: &mut Cursor<'_>) -> Result<Data, DocError> {
    let at = cursor.place();
    let text = cursor.take_while(|c| c.is_ascii_alphanumeric());
    match text {
        "null" => Ok(Data::Null),
        "true" => Ok(Data::Bool(true)),
        "false" => Ok(Data::Bool(false)),
        _ => Err(DocError::unknown(
            at,
            "a value",
            text,
            &["true", "false", "null"],
        )),
    }
}

fn number(cursor: &mut Cursor<'_>) -> Result<Data, DocError> {
    let at = cursor.place();
    let text = cursor.take_while(|c| matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'));
    if let Some(number) = Number::parse(text) {
        return Ok(Data::Number(number));
    }
    // Too large or too fine: kept as written. Anything else that looks like a number is a slip of the pen.
    let digits = text.strip_prefix('-').unwrap_or(text);
    let ends_well = digits.ends_with(|c: char| c.is_ascii_digit());
    let signs = digits.bytes().filter(|b| matches!(b, b'-' | b'+')).count();
    let points = digits.bytes().filter(|b| *b == b'.').count();
    if ends_well && digits.len() > 6 && signs < 2 && points < 2 {
        return Ok(Data::Digits(text.to_owned()));
    }
    Err(DocError::expected(at, &format!("`{text}`"), "a number"))
}

/// Reads a string in quotes, with JSON's escapes.
fn string(cursor: &mut Cursor<'_>) -> Result<String, DocError> {
    let start = cursor.place();
    let mut text = String::new();
    cursor.next();
    loop {
        text.push_str(cursor.take_while(|c| c != '"' && c != '\\' && c >= ' '));
        let at = cursor.place();
        match cursor.next() {
            Some('"') => return Ok(text),
            Some('\\') => match cursor.next() {
                Some(c @ ('"' | '\\' | '/')) => text.push(c),
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some('r') => text.push('\r'),
                Some('b') => text.push('\u{8}'),
                Some('f') => text.push('\u{c}'),
                Some('u') => text.push(unicode_escape(cursor)?),
                _ => {
                    return Err(DocError::new(
                        at,
                        "`\\` here begins no escape that JSON knows",
                    ));
                }
            },
            Some(_) => return Err(DocError::new(at, "a line ends inside a string")),
            None => return Err(DocError::new(start, "this string never ends")),
        }
    }
}

fn unicode_escape(cursor: &mut Cursor<'_>) -> Result<char, DocError> {
    let first = hex4(cursor)?;
    if !(0xd800..0xdc00).contains(&first) {
        return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    let mut ahead = cursor.clone();
    if ahead.take('\\') && ahead.take('u') {
        let second = hex4(&mut ahead)?;
        if (0xdc00..0xe000).contains(&second) {
            *cursor = ahead;
            let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
    }
    Ok(char::REPLACEMENT_CHARACTER)
}

fn hex4(cursor: &mut Cursor<'_>) -> Result<u32, DocError> {
    let mut code = 0;
    for _ in 0..4 {
        let at = cursor.place();
        match cursor.next().and_then(|c| c.to_digit(16)) {
            Some(digit) => code = code * 16 + digit,
            None => return Err(DocError::new(at, "`\\u` needs four hexadecimal digits")),
        }
    }
    Ok(code)
}

fn expected(cursor: &Cursor<'_>, what: &str) -> DocError {
    let found = match cursor.peek() {
        None => "the end of the document".to_owned(),
        Some(c) if c.is_control() => format!("`{}`", c.escape_default()),
        Some(c) => format!("`{c}`"),
    };
    DocError::expected(cursor.place(), &found, what)
}

/// Prints a value on one line.
#[must_use]
pub fn print(value: &Value) -> String {
    let mut out = String::new();
    print_inline(value, &mut out);
    out
}

/// Prints a document for people: a field a line, an item of a list a line, and what is inside those on one line.
#[must_use]
pub fn print_document(value: &Value) -> String {
    let mut out = String::new();
    let Data::Object(fields) = &value.data else {
        return print(value);
    };
    out.push('{');
    for (i, field) in fields.iter().enumerate() {
        out.push_str(if i > 0 { ",\n  " } else { "\n  " });
        print_string(&field.name, &mut out);
        out.push_str(": ");
        match &field.value.data {
            Data::List(items)
                if items
                    .iter()
                    .any(|item| matches!(item.data, Data::Object(_))) =>
            {
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    out.push_str(if i > 0 { ",\n    " } else { "\n    " });
                    print_inline(item, &mut out);
                }
                out.push_str("\n  ]");
            }
            _ => print_inline(&field.value, &mut out),
        }
    }
    out.push_str("\n}\n");
    out
}

fn print_inline(value: &Value, out: &mut String) {
    match &value.data {
        Data::Null => out.push_str("null"),
        Data::Bool(true) => out.push_str("true"),
        Data::Bool(false) => out.push_str("false"),
        Data::Number(number) => out.push_str(&number.to_string()),
        Data::Digits(text) => out.push_str(text),
        Data::Text(text) => print_string(text, out),
        Data::List(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                print_inline(item, out);
            }
            out.push(']');
        }
        Data::Object(fields) => {
            out.push('{');
            for (i, field) in fields.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { " " });
                print_string(&field.name, out);
                out.push_str(": ");
                print_inline(&field.value, out);
            }
            out.push_str(if fields.is_empty() { "}" } else { " }" });
        }
    }
}

fn print_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c < ' ' => {
                let code = c as u32;
                out.push_str("\\u00");
                out.extend([code >> 4, code & 15].map(|d| char::from_digit(d, 16).unwrap_or('0')));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
