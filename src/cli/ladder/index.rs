//! The page that leads to the figures of all calls.

use std::fmt::Write;
use std::path::PathBuf;

use sipscope::base::escape;
use sipscope::report::ladder::Ladder;

/// A figure, in one file or several.
pub(super) struct Entry {
    files: Vec<String>,
    title: String,
    rows: usize,
    findings: usize,
}

impl Entry {
    pub(super) fn of(files: &[PathBuf], ladder: &Ladder) -> Self {
        let names = files.iter().filter_map(|file| file.file_name());
        Self {
            files: names.map(|name| html(&name.to_string_lossy())).collect(),
            title: ladder.title.clone(),
            rows: ladder.happenings(),
            // They are numbered through; a line of the legend may stand for several.
            findings: ladder.findings.last().map_or(0, |last| last.last),
        }
    }
}

/// A table with a line for each.
pub(super) fn page(entries: &[Entry]) -> String {
    let mut page = String::from(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Calls</title>\n\
         <table>\n<tr><th>Figure</th><th>Rows</th><th>Findings</th></tr>\n",
    );
    for entry in entries {
        let titles = (1..).map(|number| match number {
            1 => html(&entry.title),
            further => further.to_string(),
        });
        let files = entry.files.iter().zip(titles);
        let links = files.map(|(file, title)| format!("<a href=\"{file}\">{title}</a>"));
        let links = links.collect::<Vec<_>>().join(" ");
        let (rows, findings) = (entry.rows, entry.findings);
        // Writing to a string cannot fail.
        let _ = writeln!(
            page,
            "<tr><td>{links}</td><td>{rows}</td><td>{findings}</td></tr>"
        );
    }
    page.push_str("</table>\n</html>\n");
    page
}

fn html(text: &str) -> String {
    let text = escape::text(text);
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_text() {
        let entry = Entry {
            files: vec!["call-1-1.svg".to_owned(), "call-1-2.svg".to_owned()],
            title: "<script>alert(1)</script> & \u{1b}".to_owned(),
            rows: 2,
            findings: 0,
        };
        let page = page(&[entry]);
        let expected = "<a href=\"call-1-1.svg\">&lt;script&gt;alert(1)&lt;/script&gt; &amp; \\u{1b}</a> <a href=\"call-1-2.svg\">2</a>";
        assert!(page.contains(expected), "{page}");
    }
}
