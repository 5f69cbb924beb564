//! Tests of the tree: what it holds, what is noted where, and that no document can harm.

use super::*;
use crate::sip::body::testing::{assert_noted, assert_survives, look_at, read_clean};
use crate::sip::problem::ProblemKind::{self, *};

const DOCUMENT: &str = "<?xml version='1.0' encoding='utf-8'?>
<!DOCTYPE a SYSTEM 'a.dtd'><?style x?><!-- a - b -->
<a xmlns='urn:1' xmlns:p='urn:2' x='1' p:x=\"2\">one &amp; <p:b/>
  <c xmlns='urn:3' xmlns:p='urn:1'><p:b>&#x42;</p:b></c> <![CDATA[<two>]]>
  <b xmlns=''/>
</a>
<!-- end -->";

fn tree(document: &[u8]) -> super::Xml<'_> {
    super::Xml::read(Text::all(document), &mut Problems::ignored())
}

fn noted(document: &str, kinds: &[ProblemKind]) {
    assert_noted(document, kinds, |_, _| {});
}

#[test]
fn elements_have_names_namespaces_attributes_and_content() {
    let xml = read_clean(DOCUMENT, |xml, _| xml.clone());
    let root = xml.root().unwrap();
    assert_eq!(
        (root.name(), root.namespace()),
        (Text::all(b"a"), Text::all(b"urn:1"))
    );
    assert!(root.attribute("x").unwrap().is("1") && root.attribute("p:x").unwrap().is("2"));
    assert!(root.attribute_in("urn:2", "x").unwrap().is("2"));
    assert!(root.attribute_in("urn:1", "x").is_none() && root.attribute("b").is_none());
    let names: Vec<_> = root.attributes().map(|(name, _)| name).collect();
    assert_eq!(names, ["xmlns", "xmlns:p", "x", "p:x"]);
    assert!(root.content().text().starts_with("one & \n"));
    assert!(root.content().text().contains("<two>"));
    let children: Vec<_> = root.elements().map(Element::name).collect();
    assert_eq!(children, ["b", "c", "b"]);
    assert_eq!(root.children_in("urn:2", "b").count(), 1);
    assert_eq!(root.children_in("", "b").count(), 1);
    assert_eq!(
        (root.children("b").count(), root.children("c").count()),
        (0, 0)
    );
    let inner = root.elements().nth(1).unwrap().elements().next().unwrap();
    assert_eq!(inner.namespace(), "urn:1");
    assert_eq!(inner.content().text(), "B");
    assert_eq!(xml.elements().count(), 5);
}

#[test]
fn places_are_those_in_the_message() {
    let message = b"Subject: x\r\n\r\n<a b='c'>d<e/></a>";
    let body = Text::all(message).from(14);
    let xml = super::Xml::read(body, &mut Problems::ignored());
    let root = xml.root().unwrap();
    assert_eq!(
        (root.span(), root.name().span()),
        (Span::new(14, 32), Span::new(15, 16))
    );
    assert_eq!(root.attribute("b").unwrap().span(), Span::new(20, 21));
    assert_eq!(root.content().raw.span(), Span::new(23, 28));
    assert_eq!(root.elements().next().unwrap().span(), Span::new(24, 28));
}

#[test]
fn encodings_other_than_utf8_are_noted() {
    let read = |body: &[u8]| {
        let mut problems = Problems::kept();
        let xml = super::Xml::read(Text::all(body), &mut problems);
        let found = problems.list().iter().map(|one| (one.kind, one.span));
        (xml.nodes.len(), found.collect::<Vec<_>>())
    };
    assert_eq!(read(b"\xef\xbb\xbf<?xml version='1.0'?><a/>"), (1, vec![]));
    let wide = vec![(CharsetNotRead, Span::new(0, 2))];
    assert_eq!(read(b"\xff\xfe<\0a\0/\0>\0"), (0, wide.clone()));
    assert_eq!(read(b"\xfe\xff\0<\0a\0/\0>"), (0, wide.clone()));
    assert_eq!(read(b"\0<\0a\0/\0>"), (0, wide.clone()));
    assert_eq!(read(b"<\0a\0/\0>\0"), (0, wide));
    assert_eq!(read(b"<a>\xe9</a>"), (1, vec![(Xml, Span::new(3, 4))]));
    noted(
        "<?xml version='1.0' encoding='«ISO-8859-1»'?><a/>",
        &[CharsetNotRead],
    );
    let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>caf\xe9</a>";
    let place = Span::new(30, 40);
    assert_eq!(read(latin), (1, vec![(CharsetNotRead, place)]));
    noted("<?xml version='1.0' encoding='US-ascii'?><a/>", &[]);
}

#[test]
fn the_text_of_an_element_is_not_that_of_elements_inside() {
    let own_texts = |document: &[u8]| -> Vec<String> {
        let xml = tree(document);
        xml.elements().map(|element| element.own_text()).collect()
    };
    let document = b"<a> x&amp;<b>y<c/>z</b><![CDATA[<d>]]><!-- no --><e>\xe9</e>\r\n</a>";
    let expected = [" x&<d>\n", "yz", "", "\u{fffd}"];
    assert_eq!(own_texts(document), expected);
    assert_eq!(own_texts(b"<a>x<b>y</a>z"), ["x", "y"]);
}

#[test]
fn faults_in_the_declaration_are_noted() {
    noted(
        "<?xml version='1.1' encoding='UTF-8' standalone='yes'?><a/>",
        &[],
    );
    noted("<?xml version=\"1.0\" standalone='no' ?><a/>", &[]);
    noted("<?xml version='«2.0»'?><a/>", &[Xml]);
    noted("<?xml «encoding»='UTF-8'?><a/>", &[Xml]);
    noted("<?xml«» ?><a/>", &[Xml]);
    noted("<?xml version='1.0' standalone='«maybe»'?><a/>", &[Xml]);
    noted(
        "<?xml version='1.0' standalone='no' «encoding»='UTF-8'?><a/>",
        &[Xml],
    );
    noted(
        "<?xml version='1.0' «version»='1.0' «x»=''?><a/>",
        &[Xml, Xml],
    );
    noted(
        "<?xml version='1.0'?>«<?XML x?>»<?xml-stylesheet x?><a/>",
        &[Xml],
    );
}

#[test]
fn bytes_that_are_no_utf8_do_not_move_the_rest() {
    let xml = tree(b"<a>\xe9\xe9<b>x</b></a>");
    let inner = xml.root().unwrap().elements().next().unwrap();
    assert_eq!(inner.span(), Span::new(5, 13));
    assert_eq!(xml.root().unwrap().content().text(), "\u{fffd}\u{fffd}");
}

#[test]
fn what_stands_outside_of_the_root_is_noted() {
    noted("«»", &[Xml]);
    noted(" \r\n«»", &[Xml]);
    noted("«\r\n »<?xml version='1.0'?><a/>", &[Xml]);
    noted("\r\n <a/>\r\n", &[]);
    noted("«junk» <a/>", &[Xml]);
    noted("<!-- x -->«<?xml version='1.0'?>»<a/>", &[Xml]);
    noted("<a/> <!-- x --> «junk <b/>»", &[Xml]);
    noted("<a/>«<b/><c>»", &[Xml]);
    noted("<a></a>«</a>»", &[Xml]);
    noted("«<![CDATA[x]]>»<a/>", &[Xml]);
    noted("«just text»«»", &[Xml, Xml]);
}

#[test]
fn tags_that_do_not_match_are_noted_and_reading_goes_on() {
    noted("<a><b>«</a>»", &[Xml]);
    noted("<a>«</b>»<c/></a>", &[Xml]);
    noted("<a><b></b>«»", &[Xml]);
    noted("<a>«<b»", &[Xml]);
    noted("<a>«<b c='d>x</b></a>»", &[Xml]);
    noted("<a></a >«<!--»", &[Xml]);
    let xml = tree(b"<a><b>x</a>");
    let inner = xml.root().unwrap().elements().next().unwrap();
    assert_eq!(inner.content().text(), "x");
    assert_eq!(inner.span(), Span::new(3, 7));
}

#[test]
fn faults_in_tags_and_text_are_noted() {
    noted("<a b=«c»/>", &[Xml]);
    noted("<a «b»/>", &[Xml]);
    noted("<a b='1' «b»='2'/>", &[Xml]);
    noted("<a xmlns:p='u' xmlns:q='u' p:b='' «q:b»='' b=''/>", &[Xml]);
    noted("<a xmlns='u' «xmlns»='v'/>", &[Xml]);
    noted("<«1a»/>", &[Xml]);
    noted("<a>«]]>»</a>", &[Xml]);
    noted("<a>x «&» y</a>", &[Xml]);
    noted("<a b='«<»'/>", &[Xml]);
    noted("<a>«\u{1}»</a>", &[Xml]);
    noted("<a>«<!-- - -- -->»<b/></a>", &[Xml]);
}

#[test]
fn prefixes_need_a_declaration() {
    noted("<a><«p»:b/></a>", &[XmlNamespace]);
    noted("<a «p»:b='' xml:lang='en'/>", &[XmlNamespace]);
    noted("<a><b xmlns:p='u'/><«p»:c/></a>", &[XmlNamespace]);
    noted(
        "<p:a xmlns:p='u'><p:b xmlns:«p»=''/></p:a>",
        &[XmlNamespace],
    );
}

#[test]
fn entities_are_never_expanded() {
    noted("<a>&lt;«&nbsp;»</a>", &[XmlEntity]);
    noted("<a b='«&x;»'/>", &[XmlEntity]);
    noted("<a>«&#0;»</a>", &[XmlEntity]);
    noted("<!DOCTYPE a><a/>", &[]);
    let defaults = "«<!DOCTYPE a [<!ATTLIST a b CDATA 'c'>]>»<a/>";
    noted(defaults, &[DoctypeNotRead]);
    let laughs: String = (1..10)
        .map(|level| format!("<!ENTITY l{level} \"&l{0};&l{0};&l{0};&l{0};\">", level - 1))
        .collect();
    let bomb = format!("«<!DOCTYPE a [<!ENTITY l0 \"ha\">{laughs}]>»<a>«&l9;»</a>");
    noted(&bomb, &[DoctypeNotRead, XmlEntity]);
    let document = bomb.replace(['«', '»'], "");
    let xml = tree(document.as_bytes());
    assert_eq!(xml.root().unwrap().content().text(), "&l9;");
}

#[test]
fn depth_is_bounded() {
    let (open, close) = ("<a>".repeat(64), "</a>".repeat(64));
    noted(&format!("{open}x{close}"), &[]);
    noted(
        &format!("{open}«<b>»<c>x</c></b>{close}"),
        &[NestingNotRead],
    );
    noted(&format!("{open}«<b/>»x{close}"), &[NestingNotRead]);
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let mut problems = Problems::kept();
    let xml = super::Xml::read(Text::all(deep.as_bytes()), &mut problems);
    assert_eq!(xml.nodes.len(), 64);
    let kinds: Vec<_> = problems.list().iter().map(|problem| problem.kind).collect();
    assert_eq!(kinds, [NestingNotRead]);
}

#[test]
fn hostile_documents_are_read_in_passing() {
    const MIB: usize = 1 << 20;
    let many = |length: usize, piece: &str| piece.repeat(length / piece.len());
    let numbered = |length: usize, piece: fn(usize) -> String| -> String {
        (0..length / 16).map(piece).collect()
    };
    let long = "n".repeat(MIB);
    let documents = [
        many(4 * MIB, "<a>"),
        many(4 * MIB, "<a/>"),
        format!("<r>{}", many(4 * MIB, "<a/>")),
        format!("<r>{}", many(MIB, "</a>")),
        format!("<r>{}", many(MIB, "&")),
        format!("<r>{}", many(MIB, "&a;")),
        format!("<r {}/>", many(MIB, "a='' ")),
        format!("<r {}/>", many(MIB, "\"")),
        format!("<r {}/>", many(MIB, "a=\"\"'")),
        format!("<r {}/>", numbered(MIB, |at| format!("a{at}='' "))),
        format!(
            "<r {}/>",
            numbered(MIB, |at| format!("xmlns:a{at}='u{at}' "))
        ),
        format!(
            "<r xmlns:p='{long}' {}/>",
            numbered(MIB, |at| format!("p:a{at}='' "))
        ),
        format!("<r xmlns='{long}'>{}", many(MIB, "<a/>")),
        format!("{}{}", many(MIB, " "), many(MIB, "<?xml ?>")),
        many(MIB, "<?xml ?>"),
        many(MIB, "<!DOCTYPE a []>"),
        many(MIB, "<!--"),
        many(MIB, "<![CDATA["),
        many(MIB, "\u{feff}"),
        many(MIB, "<"),
    ];
    for document in documents {
        look_at(document.as_bytes(), &|xml, _| {
            let root = xml.root();
            assert!(root.is_none_or(|root| root.children("b").count() == 0));
        });
    }
}

#[test]
fn survives_damage() {
    assert_survives(DOCUMENT, |_, _| {});
}
