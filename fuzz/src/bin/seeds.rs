//! Writes the seeds of every fuzz target into `fuzz/corpus`: the samples, and what they are made of.

use std::path::Path;
use std::{fs, io};

use sipscope::sip::{Index, Message, Name, Text, Value};
use sipscope_fuzz::samples;

fn main() -> io::Result<()> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, bytes) in samples::all(&fuzz.join("..")) {
        let mut seeds = Seeds {
            corpus: fuzz.join("corpus"),
            name: name.replace(' ', "-"),
            count: 0,
        };
        seeds.of_message(&bytes)?;
    }
    Ok(())
}

struct Seeds {
    corpus: std::path::PathBuf,
    name: String,
    count: usize,
}

impl Seeds {
    fn of_message(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write("message", bytes)?;
        let mut index = Index::default();
        let message = Message::read(bytes, &mut index);
        if let Some(uri) = message.first_line().uri() {
            self.write("uri", uri.text.bytes())?;
        }
        for header in message.headers() {
            if header.known == Name::Via {
                self.write("via_list", header.value.bytes())?;
            }
            for value in header.typed() {
                match value {
                    Value::Address(address) => self.write("uri", address.uri_text().bytes())?,
                    Value::Uri(uri) => self.write("uri", uri.text.bytes())?,
                    _ => {}
                }
            }
        }
        let body = message.body();
        let is = |main, sub: &str| {
            let media_type = body.content_type.and_then(|item| item.media_type());
            media_type.is_some_and(|(m, s): (Text<'_>, Text<'_>)| {
                m.is(main)
                    && (s.is(sub) || sub == "*" || sub == "+xml" && s.lossy().ends_with("xml"))
            })
        };
        let kinds = [
            ("multipart", is("multipart", "*")),
            ("xml_bodies", is("application", "+xml")),
            ("sdp", is("application", "sdp")),
        ];
        for (target, _) in kinds.iter().filter(|(_, is)| *is) {
            self.write(target, body.text.bytes())?;
        }
        Ok(())
    }

    fn write(&mut self, target: &str, bytes: &[u8]) -> io::Result<()> {
        let folder = self.corpus.join(target);
        fs::create_dir_all(&folder)?;
        self.count += 1;
        fs::write(folder.join(format!("{}-{}", self.name, self.count)), bytes)
    }
}
