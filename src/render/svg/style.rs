//! Colours. Those of dialogs are of the palette of Okabe and Ito, which people with any kind of colour vision tell apart.

/// The colours of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// A colour for each dialog.
    Plain,
    /// Black on white, as specifications print.
    Spec,
    /// Light on dark.
    Dark,
}

/// Dialogs beyond begin again.
pub(super) const STRANDS: usize = 6;

struct Colours {
    paper: &'static str,
    ink: &'static str,
    /// Lifelines, frames, numbers and times.
    faint: &'static str,
    head: &'static str,
    held: &'static str,
    mark: &'static str,
    strands: [&'static str; STRANDS],
}

impl Theme {
    fn colours(self) -> Colours {
        match self {
            Self::Plain => Colours {
                paper: "#ffffff",
                ink: "#000000",
                faint: "#666666",
                head: "#eef3f8",
                held: "#fdf3df",
                mark: "#d55e00",
                strands: [
                    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#000000",
                ],
            },
            Self::Spec => Colours {
                paper: "#ffffff",
                ink: "#000000",
                faint: "#000000",
                head: "#ffffff",
                held: "#ffffff",
                mark: "#000000",
                strands: ["#000000"; STRANDS],
            },
            Self::Dark => Colours {
                paper: "#14181d",
                ink: "#f2f2f2",
                faint: "#a8b0b8",
                head: "#232b34",
                held: "#3a321f",
                mark: "#e69f00",
                strands: [
                    "#56b4e9", "#e69f00", "#2bbf95", "#cc79a7", "#f0e442", "#f2f2f2",
                ],
            },
        }
    }

    /// The style sheet.
    pub(super) fn sheet(self) -> String {
        let Colours {
            paper,
            ink,
            faint,
            head,
            held,
            mark,
            strands,
        } = self.colours();
        let mut sheet = format!(
            "text{{font-family:Arial,Helvetica,'Liberation Sans','DejaVu Sans',sans-serif;fill:{ink}}}\n\
             .paper{{fill:{paper}}}\n\
             .faint{{fill:{faint}}}\n\
             .lifeline{{stroke:{faint};stroke-width:1;fill:none}}\n\
             .frame{{stroke:{faint};stroke-width:1;fill:none}}\n\
             .head{{stroke:{ink};stroke-width:1;fill:{head}}}\n\
             .action{{stroke:{ink};stroke-width:1;fill:{paper}}}\n\
             .held{{stroke:{ink};stroke-width:1;fill:{held}}}\n\
             .fragment{{stroke:{ink};stroke-width:1;fill:none}}\n\
             .tab{{stroke:{ink};stroke-width:1;fill:{head}}}\n\
             .divided{{stroke:{ink};stroke-width:1;stroke-dasharray:8 4;fill:none}}\n\
             .fold{{stroke:{faint};stroke-width:1;stroke-dasharray:3 3;fill:{paper}}}\n\
             .media{{stroke:{faint};stroke-width:3;fill:none}}\n\
             .so{{stroke:{ink};stroke-width:1.25;fill:none}}\n\
             .mark{{stroke:{mark};stroke-width:1.5;fill:{paper}}}\n\
             a:target .mark{{stroke-width:3}}\n"
        );
        for (number, colour) in strands.iter().enumerate() {
            sheet.push_str(&format!(
                ".s{number}{{stroke:{colour};stroke-width:1.25;fill:none}}\n.h{number}{{fill:{colour};stroke:{colour}}}\n"
            ));
        }
        sheet
    }
}
