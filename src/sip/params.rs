//! Parameters: `;name=value` behind addresses, tokens and hosts, `name=value` with commas between them in credentials. Read
//! when asked for; order and spelling stay as they are.

use super::lexical::{URI_PARAMETER, expect_in_uri, expect_parameter_value, first_foreign_in_uri};
use memchr::memchr3;

use super::problem::{ProblemKind, Problems};
use super::scan::{Scan, is_token};
use super::text::Text;

/// One parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param<'a> {
    /// Its name.
    pub name: Text<'a>,
    /// Its value as written, quotes included; `None` without `=`.
    pub value: Option<Text<'a>>,
}

impl<'a> Param<'a> {
    fn of(piece: Text<'a>) -> Self {
        let equals = piece.bytes().iter().position(|byte| *byte == b'=');
        match equals.map(|length| piece.start() + length) {
            Some(at) => Self {
                name: piece.between(piece.start(), at).trimmed(),
                value: Some(piece.from(at + 1).trimmed()),
            },
            None => Self {
                name: piece.trimmed(),
                value: None,
            },
        }
    }

    /// Mostly nothing stands between the start, a name of this length, the equals sign and the value.
    #[inline]
    fn named(piece: Text<'a>, length: usize) -> Option<Self> {
        let (name, rest) = piece.bytes().split_at_checked(length)?;
        let [b'=', first, ..] = rest else { return None };
        if first.is_ascii_whitespace() || name.first().is_none_or(u8::is_ascii_whitespace) {
            return None;
        }
        let equals = piece.start() + length;
        Some(Self {
            name: piece.between(piece.start(), equals),
            value: Some(piece.from(equals + 1).trimmed()),
        })
    }

    /// Its value without quotes; empty if it has none.
    pub fn plain(&self) -> Text<'a> {
        self.value.map(Text::unquoted).unwrap_or_default()
    }
}

/// A run of parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Params<'a> {
    text: Text<'a>,
    separator: u8,
}

impl Default for Params<'_> {
    fn default() -> Self {
        Self::new(Text::default())
    }
}

impl<'a> Params<'a> {
    /// Parameters with a semicolon in front of each.
    pub fn new(text: Text<'a>) -> Self {
        Self {
            text,
            separator: b';',
        }
    }

    /// Parameters with commas between them.
    pub fn with_commas(text: Text<'a>) -> Self {
        Self {
            text,
            separator: b',',
        }
    }

    /// Where they stand.
    pub fn text(self) -> Text<'a> {
        self.text
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.text.is_empty()
    }

    /// All of them in their order.
    pub fn iter(self) -> Iter<'a> {
        Iter {
            scan: Scan::new(self.text),
            separator: self.separator,
        }
    }

    /// The first with this name.
    pub fn get(self, name: &str) -> Option<Param<'a>> {
        let (first, rest) = self.text.bytes().split_first()?;
        // Mostly the name tells at once that it is another one; then only its end is looked for.
        let may_begin = |ahead: &[u8]| {
            let found = ahead.trim_ascii_start().get(..name.len());
            found.is_some_and(|found| same(found, name))
        };
        // Mostly there is only one.
        if *first == self.separator && memchr3(self.separator, b'"', b'<', rest).is_none() {
            if !may_begin(rest) {
                return None;
            }
            let only = self.text.from(self.text.start() + 1);
            if let Some(param) = Param::named(only, name.len()) {
                return Some(param);
            }
        }
        let mut params = self.iter();
        loop {
            params.begin()?;
            let may_be = may_begin(params.scan.ahead());
            let piece = params.scan.until(self.separator, &mut Problems::ignored());
            if may_be {
                let param = Param::named(piece, name.len()).unwrap_or_else(|| Param::of(piece));
                if same(param.name.bytes(), name) {
                    return Some(param);
                }
            }
        }
    }

    /// The value of the first with this name, without quotes; `None` if it is not there or has none.
    pub fn value(self, name: &str) -> Option<Text<'a>> {
        Some(self.get(name)?.value?.unquoted())
    }

    /// Whether one has this name.
    pub fn has(self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Notes what is odd about them.
    pub(super) fn check(self, problems: &mut Problems) {
        if problems.wanted() && self.check_each(problems) > 1 {
            self.check_repeated(problems);
        }
    }

    /// Notes what is odd about each of them for itself, and gives how many there are.
    pub(super) fn check_each(self, problems: &mut Problems) -> usize {
        let is_name = |name: Text<'_>| name.bytes().iter().all(|byte| is_token(*byte));
        let check_value = |param: Param<'_>, problems: &mut Problems| {
            // In Via it has IPv6 addresses without brackets (RFC 3261 25.1).
            let bare_address = param.name.is("received");
            expect_parameter_value(param.value.unwrap_or_default(), bare_address, problems);
        };
        self.check_grammar(is_name, check_value, problems)
    }

    /// The same for those of a URI, whose names and values are made of other characters.
    pub(super) fn check_in_uri(self, problems: &mut Problems) {
        if problems.wanted() {
            let is_name = |name: Text<'_>| first_foreign_in_uri(name, URI_PARAMETER).is_none();
            let check_value = |param: Param<'_>, problems: &mut Problems| {
                expect_in_uri(param.value.unwrap_or_default(), URI_PARAMETER, problems);
            };
            if self.check_grammar(is_name, check_value, problems) > 1 {
                self.check_repeated(problems);
            }
        }
    }

    fn check_grammar(
        self,
        is_name: impl Fn(Text<'a>) -> bool,
        check_value: impl Fn(Param<'a>, &mut Problems),
        problems: &mut Problems,
    ) -> usize {
        if !problems.wanted() {
            return 0;
        }
        let mut count = 0;
        let mut pieces = self.iter();
        while let Some(param) = pieces.piece(problems) {
            count += 1;
            let unfinished = param.value.is_some_and(Text::is_empty);
            if param.name.is_empty() || unfinished || !is_name(param.name) {
                problems.note(param.name.span(), ProblemKind::Parameter);
            } else if param.value.is_some() {
                check_value(param, problems);
            }
        }
        count
    }

    fn check_repeated(self, problems: &mut Problems) {
        let params = self.iter().filter(|param| !param.name.is_empty());
        let mut names: Vec<_> = params.map(|param| param.name).collect();
        names.sort_by(|a, b| in_any_case(*a).cmp(in_any_case(*b)));
        for pair in names.windows(2) {
            if in_any_case(pair[0]).eq(in_any_case(pair[1])) {
                problems.note(pair[1].span(), ProblemKind::ParameterRepeated);
            }
        }
    }
}

/// The letters of a name, all of them small.
fn in_any_case(name: Text<'_>) -> impl Iterator<Item = u8> {
    name.bytes().iter().map(u8::to_ascii_lowercase)
}

/// Whether it is this name in any case. Mostly it is not, and the first letter tells.
#[inline]
fn same(found: &[u8], name: &str) -> bool {
    let mut letters = found.iter().zip(name.as_bytes());
    found.len() == name.len() && letters.all(|(one, other)| one.eq_ignore_ascii_case(other))
}

impl<'a> IntoIterator for Params<'a> {
    type Item = Param<'a>;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// Walks over parameters.
#[derive(Clone, Debug)]
pub struct Iter<'a> {
    scan: Scan<'a>,
    separator: u8,
}

impl<'a> Iter<'a> {
    /// Steps to where the next one begins, if there is one.
    #[inline]
    fn begin(&mut self) -> Option<()> {
        self.scan.space();
        let separated = self.scan.eat(self.separator);
        (separated || !self.scan.is_done()).then_some(())
    }

    /// The next one, empty ones (`;;`) included.
    fn piece(&mut self, problems: &mut Problems) -> Option<Param<'a>> {
        self.begin()?;
        let piece = self.scan.until(self.separator, problems);
        Some(Param::of(piece))
    }
}

impl<'a> Iterator for Iter<'a> {
    type Item = Param<'a>;

    fn next(&mut self) -> Option<Param<'a>> {
        let mut ignored = Problems::ignored();
        loop {
            let param = self.piece(&mut ignored)?;
            if !param.name.is_empty() || param.value.is_some() {
                return Some(param);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(params: Params<'_>) -> Vec<(String, Option<String>)> {
        let text = |text: Text<'_>| text.lossy().into_owned();
        let params = params.iter();
        params
            .map(|param| (text(param.name), param.value.map(text)))
            .collect()
    }

    fn problems(text: &str) -> Vec<(u32, ProblemKind)> {
        let mut problems = Problems::kept();
        Params::new(Text::all(text.as_bytes())).check(&mut problems);
        let sorted = problems.sorted();
        sorted.iter().map(|p| (p.span.start, p.kind)).collect()
    }

    #[test]
    fn reads_spaces_quotes_brackets_and_flags() {
        let text = b" ; a = 1;B=\"x;\\\"y\" ;lr;info=<https://h/c;x=1>\r\n ;e=";
        let params = Params::new(Text::all(text));
        let own = |name: &str, value: Option<&str>| (name.to_owned(), value.map(str::to_owned));
        assert_eq!(
            pairs(params),
            [
                own("a", Some("1")),
                own("B", Some("\"x;\\\"y\"")),
                own("lr", None),
                own("info", Some("<https://h/c;x=1>")),
                own("e", Some("")),
            ]
        );
        assert_eq!(params.value("b").unwrap(), "x;\\\"y");
        assert!(params.has("LR") && params.value("lr").is_none() && !params.has("x"));
    }

    #[test]
    fn reads_commas() {
        let text = b"realm=\"a, b\", nonce = \"c\" ,opaque=\"\",,qop=auth";
        let params = Params::with_commas(Text::all(text));
        let names: Vec<_> = params.iter().map(|p| p.name.lossy()).collect();
        assert_eq!(names, ["realm", "nonce", "opaque", "qop"]);
        assert_eq!(params.value("realm").unwrap(), "a, b");
        assert_eq!(params.value("opaque").unwrap(), "");
    }

    #[test]
    fn notes_what_is_odd() {
        use ProblemKind::{Parameter, ParameterRepeated, ParameterValue, Quote};
        assert_eq!(problems(";a=1;b;c=\"\""), []);
        assert_eq!(problems(";;a"), [(1, Parameter)]);
        assert_eq!(problems(";a;"), [(3, Parameter)]);
        assert_eq!(problems(";=1"), [(1, Parameter)]);
        assert_eq!(problems(";a="), [(1, Parameter)]);
        assert_eq!(problems(";x y=1"), [(1, Parameter)]);
        assert_eq!(problems(";a=1;A=2"), [(5, ParameterRepeated)]);
        assert_eq!(problems(";a=\"x;b"), [(3, Quote)]);
        assert_eq!(
            problems(";a=b c;d=\"e\"f"),
            [(3, ParameterValue), (9, ParameterValue)]
        );
    }
}
