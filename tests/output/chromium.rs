//! Chromium without a window: shows a page and prints what it made of it.

#![allow(clippy::print_stderr, reason = "says what is not tested")]

use std::fs;
use std::process::Command;

use tempfile::TempDir;

/// What a browser made of a page.
pub struct Shown {
    pub page: String,
    /// What it had to complain about.
    pub complaints: Vec<String>,
}

impl Shown {
    pub fn title(&self) -> &str {
        let (_, title) = self.page.split_once("<title>").unwrap();
        title.split_once("</title>").unwrap().0
    }

    /// Whether the script ran that leaves a sign on the page.
    pub fn ran(&self) -> bool {
        self.page.contains("<html lang=\"en\" id=\"run\">")
    }

    /// Only what is seen: the data and the script are left out.
    pub fn view(&self) -> &str {
        let (_, view) = self.page.split_once("<main").unwrap();
        view.split_once("</main>").unwrap().0
    }

    pub fn has(&self, text: &str) -> bool {
        self.view().contains(text)
    }
}

/// The names under which it is installed.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

pub struct Browser {
    program: &'static str,
    folder: TempDir,
}

impl Browser {
    pub fn find() -> Option<Self> {
        let runs = |name: &&&str| Command::new(name).arg("--version").output().is_ok();
        let program = NAMES.iter().find(runs).copied();
        if program.is_none() {
            eprintln!("not tested: Chromium is not installed");
        }
        Some(Self {
            program: program?,
            folder: tempfile::tempdir().unwrap(),
        })
    }

    pub fn put(&self, page: &str) -> String {
        let path = self.folder.path().join("page.html");
        fs::write(&path, page).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Opens a page from the disk, at a place in it.
    pub fn show(&self, path: &str, place: &str) -> Shown {
        let profile = self.folder.path().join("profile");
        let output = Command::new(self.program)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
            .args([
                "--enable-logging=stderr",
                "--v=0",
                "--virtual-time-budget=5000",
            ])
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg(format!("file://{path}{place}"))
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        let complaints = errors.lines().filter(|line| line.contains("CONSOLE"));
        Shown {
            page: String::from_utf8(output.stdout).unwrap(),
            complaints: complaints.map(str::to_owned).collect(),
        }
    }
}
