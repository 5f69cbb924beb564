//! Sources given to the programs that they are for: PlantUML where it is installed; Mermaid, where SIPSCOPE_MERMAID says where its
//! `mermaid.min.js` is, in Chromium. They have to take all of them, and to show every text as it is. What is not tested says so.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use quick_xml::escape::unescape;
use sipscope::base::escape;
use sipscope::flow::templates;
use sipscope::render::sequence::{mermaid, plantuml};
use sipscope::report::ladder::{
    Arrow, Column, Edge, Finding, Fragment, Frame, Kind, Ladder, PanelKind, Row,
};

use super::figures::{arrow, panel};
use super::{hostile, name, printed, sipscope, text};
use crate::chromium::Browser;

/// Parts of these languages, of their markup and of their preprocessors.
const TEXTS: [&str; 42] = [
    "",
    "  ",
    "@enduml",
    "@startuml",
    "!include /etc/passwd",
    "!define INVITE BYE",
    "%date()",
    "$x",
    "' a comment",
    "/' a comment '/",
    "// ** __ \"\" -- ~~ ^^ ==",
    "**a** //b// __c__ \"\"d\"\" --e-- ~~f~~ ~g",
    "<b>a</b> <i>b</i><img:x> <color:red>c <size:40>d",
    "<<a>> <&wifi> <$b> <:smile:>",
    "[[http://example.org a]]",
    "https://example.org/?a=b&c=d",
    "&#64; &amp; &lt; #64; #quot; #59;",
    "<U+0041> \\u0041",
    "a\\nb\\tc\\",
    "a\nb\r\n@enduml\n",
    "== a ==",
    "...",
    "|||",
    "||20||",
    ": , ; . + - * = # | _",
    "-> <-- ->> -->> --) -x <|-",
    "c0 -> c0 : a",
    "c0->>c0: a",
    "a\" as c9 #red",
    "{a} {{b}} (c) [d]",
    "end",
    "END",
    "end box",
    "end legend",
    "endlegend",
    "else",
    "title a",
    "autonumber",
    "%% a",
    "%%{init: {\"theme\": \"dark\"}}%%",
    "<script>alert(1)</script> <br/> `a` $$x^2$$",
    "\u{202e}\u{1b}[31m\u{0}\u{2028}",
];

/// What a program is given.
struct Source {
    name: String,
    text: String,
    /// A text that it has to show in all places of [`saying`].
    says: Option<&'static str>,
}

/// Ladders that say these texts, the first calls of all samples, all flows, and a capture that is hostile.
fn sources(form: &str, draw: fn(&Ladder) -> String) -> Vec<Source> {
    let ladders = TEXTS
        .iter()
        .zip(1..)
        .map(|(said, number): (_, u32)| Source {
            name: format!("text-{number}"),
            text: draw(&saying(said)),
            says: Some(said),
        });
    let mut sources: Vec<_> = ladders.collect();
    let mut add = |name: String, text: String| {
        let says = None;
        sources.push(Source { name, text, says });
    };
    let mut calls = 0;
    for sample in samples() {
        let output = sipscope(&["ladder", name(&sample), "1", "-f", form]);
        if !output.status.success() {
            // A flow without messages, and what is no SIP at all.
            let said = text(&output.stderr);
            assert!(
                said.contains("there is no call 1: the inputs hold 0"),
                "{said}"
            );
            continue;
        }
        let name = name(&sample).replace(['/', '.'], "-");
        add(name, text(&output.stdout));
        calls += 1;
    }
    assert!(calls > 80, "{calls}");
    for flow in templates() {
        let drawn = printed(&["flows", "draw", &flow.id, "-f", form]);
        add(format!("flow-{}", flow.id), drawn);
    }
    let capture = hostile();
    let command = ["ladder", name(capture.path()), "-f", form];
    let headers = ["--header", "X-Evil,Request-URI"];
    let drawn = printed(&[&command[..], &headers].concat());
    add("capture".to_owned(), drawn);
    sources
}

fn samples() -> Vec<PathBuf> {
    let mut samples = Vec::new();
    for folder in [
        "samples",
        "samples/flows",
        "samples/logs",
        "samples/documents",
        "samples/torture",
    ] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let entries = fs::read_dir(root.join(folder)).unwrap();
        let paths = entries.map(|entry| Path::new(folder).join(entry.unwrap().file_name()));
        samples.extend(paths.filter(|path| root.join(path).is_file()));
    }
    samples.retain(|path| !path.ends_with("README.md"));
    samples.sort();
    samples
}

/// In how many places [`saying`] says it, the notes apart.
const PLACES: usize = 18;

/// A ladder that says something wherever a ladder can.
fn saying(text: &str) -> Ladder {
    let said = || text.to_owned();
    let one = Arrow {
        small: vec![said()],
        ..arrow(text, 0, 1, text, Kind::Request)
    };
    let column = |label, detail| Column {
        label,
        detail,
        about: String::new(),
    };
    let begin = Edge::Begin {
        kind: Fragment::Alternatives,
        when: said(),
    };
    let kinds = [
        PanelKind::Action,
        PanelKind::Gap,
        PanelKind::Media,
        PanelKind::Hold,
        PanelKind::Fold,
    ];
    let mut rows = vec![Row::Arrow(one), Row::Fragment(begin)];
    rows.extend(kinds.map(|kind| panel(0, 1, text, kind)));
    rows.push(Row::Fragment(Edge::Or { when: said() }));
    rows.push(panel(1, 1, text, PanelKind::Action));
    rows.push(Row::Fragment(Edge::End));
    rows.push(Row::Arrow(arrow("", 1, 0, text, Kind::Response)));
    Ladder {
        title: said(),
        columns: vec![column(said(), said()), column(said(), String::new())],
        frames: vec![Frame {
            name: said(),
            first: 0,
            last: 0,
        }],
        rows,
        findings: vec![Finding {
            first: 1,
            last: 1,
            ink: sipscope::base::Ink::Bad,
            text: said(),
        }],
        notes: vec![said()],
        ..Ladder::default()
    }
}

/// Whether a text is shown in all places, whatever the blanks.
fn assert_shown(said: &str, shown: &str, places: usize) {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = words(&escape::text(said));
    if !said.is_empty() {
        let count = words(shown).matches(&said).count();
        assert!(count >= places, "{said}: {count} times in {shown}");
    }
}

/// A picture for each source: none of them ends another, or the first of two in one.
#[test]
fn plantuml_takes_every_source_and_shows_what_it_says() {
    if Command::new("plantuml").arg("-version").output().is_err() {
        eprintln!("not tested: PlantUML is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let sources = sources("plantuml", plantuml::draw);
    let path = |name: &str, ending| folder.path().join(format!("{name}.{ending}"));
    for source in &sources {
        fs::write(path(&source.name, "puml"), &source.text).unwrap();
    }
    // Once for all: to start it takes longer than to draw.
    let files = sources.iter().map(|source| path(&source.name, "puml"));
    let mut command = Command::new("plantuml");
    command.args(["-tsvg", "-charset", "UTF-8"]).args(files);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let written = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(written, 2 * sources.len());
    for source in &sources {
        let picture = fs::read_to_string(path(&source.name, "svg")).unwrap();
        let texts = picture.split("<text ").skip(1).map(|text| {
            let (_, text) = text.split_once('>').unwrap();
            unescape(text.split('<').next().unwrap()).unwrap()
        });
        let shown = texts.collect::<Vec<_>>().join("\n");
        if let Some(said) = source.says {
            assert_shown(said, &shown, PLACES + 1);
        }
    }
}

/// Draws all sources and leaves what it shows, or why it refuses, in the page.
const PAGE: &str = "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><body>\
<script src=\"file://MERMAID\"></script><script type=\"application/json\" id=\"sources\">SOURCES</script><script>
(async () => {
  mermaid.initialize({ startOnLoad: false, sequence: { mirrorActors: false } });
  const shown = [];
  for (const source of JSON.parse(document.getElementById('sources').textContent)) {
    const frame = document.createElement('div');
    try {
      frame.innerHTML = (await mermaid.render(`figure-${shown.length}`, source)).svg;
      shown.push([...frame.querySelectorAll('text')].map(text => text.textContent).join('\\n'));
    } catch (error) {
      shown.push(`refused: ${error.message}`);
    }
  }
  const main = document.createElement('main');
  main.textContent = JSON.stringify(shown);
  document.body.replaceChildren(main);
})();
</script></body></html>";

#[test]
fn mermaid_takes_every_source_and_shows_what_it_says() {
    let Some(script) = std::env::var_os("SIPSCOPE_MERMAID") else {
        eprintln!("not tested: SIPSCOPE_MERMAID does not say where Mermaid is");
        return;
    };
    let Some(browser) = Browser::find() else {
        return;
    };
    let sources = sources("mermaid", mermaid::draw);
    let texts: Vec<_> = sources.iter().map(|source| &source.text).collect();
    let texts = serde_json::to_string(&texts)
        .unwrap()
        .replace('<', "\\u003c");
    let page = PAGE.replace("MERMAID", script.to_str().unwrap());
    let page = browser.put(&page.replace("SOURCES", &texts));
    let page = browser.show(&page, "");
    assert_eq!(page.complaints, [""; 0]);
    let shown = page.view().trim_start_matches('>').replace("&nbsp;", " ");
    let shown: Vec<String> = serde_json::from_str(&unescape(&shown).unwrap()).unwrap();
    assert_eq!(shown.len(), sources.len());
    for (source, shown) in sources.iter().zip(&shown) {
        assert!(!shown.starts_with("refused: "), "{}: {shown}", source.name);
        if let Some(said) = source.says {
            assert_shown(said, shown, PLACES);
        }
    }
}
