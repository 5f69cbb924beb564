//! Suites as a JUnit report, for build servers.

use std::fmt::Write;

use crate::base::escape;
use crate::report::suites::{Came, Suite};

/// The report. Texts may hold anything: they are escaped here.
pub fn junit(suites: &[Suite]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str("<testsuites name=\"sipscope\">\n");
    for suite in suites {
        write_suite(&mut out, suite);
    }
    out.push_str("</testsuites>\n");
    out
}

fn write_suite(out: &mut String, suite: &Suite) {
    let count = |is: fn(&Came) -> bool| suite.cases.iter().filter(|case| is(&case.came)).count();
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "  <testsuite name=\"{}\" tests=\"{}\" errors=\"{}\" failures=\"{}\" skipped=\"{}\">",
        xml(&suite.name),
        suite.cases.len(),
        count(|came| matches!(came, Came::Error(_))),
        count(|came| matches!(came, Came::Failed { .. })),
        count(|came| matches!(came, Came::Skipped(_))),
    );
    for case in &suite.cases {
        let _ = write!(
            out,
            "    <testcase classname=\"sipscope.{}\" name=\"{}\"",
            xml(&suite.name),
            xml(&case.name)
        );
        write_came(out, &case.came);
    }
    if let Some((first, more)) = suite.said.split_first() {
        let _ = writeln!(out, "    <system-out>{}", xml(first));
        for line in more {
            let _ = writeln!(out, "{}", xml(line));
        }
        out.push_str("    </system-out>\n");
    }
    out.push_str("  </testsuite>\n");
}

fn write_came(out: &mut String, came: &Came) {
    let _ = match came {
        Came::Passed => writeln!(out, "/>"),
        Came::Skipped(why) if why.is_empty() => writeln!(out, "><skipped/></testcase>"),
        Came::Skipped(why) => {
            let why = xml(why);
            writeln!(out, "><skipped message=\"{why}\"/></testcase>")
        }
        Came::Error(why) => writeln!(out, "><error message=\"{}\"/></testcase>", xml(why)),
        Came::Failed {
            kind,
            message,
            lines,
        } => {
            let lines: Vec<_> = lines.iter().map(|line| xml(line)).collect();
            writeln!(
                out,
                ">\n      <failure type=\"{kind}\" message=\"{}\">\n{}\n      </failure>\n    </testcase>",
                xml(message),
                lines.join("\n")
            )
        }
    };
}

/// Text in XML, between tags or in quotes. What XML cannot hold is written as an escape.
fn xml(text: &str) -> String {
    let mut escaped = String::new();
    for character in escape::text(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::xml;

    #[test]
    fn nothing_is_a_tag_or_ends_a_value() {
        assert_eq!(
            xml("<a href=\"x\">&\u{1}\u{202e}\u{ffff}"),
            "&lt;a href=&quot;x&quot;&gt;&amp;\\u{1}\\u{202e}\\u{ffff}"
        );
    }
}
