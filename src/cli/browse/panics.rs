//! Defects while the interface is open. On the thread of the screen one ends the program, and the terminal is given back first; on
//! any other thread it is told on the screen.

use std::panic::{PanicHookInfo, set_hook, take_hook};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::cli::panic_text;

/// What happened last on a thread that is not the one of the screen.
static LAST: Mutex<String> = Mutex::new(String::new());

/// From now on defects are told in this way.
pub(super) fn watch(give_back: impl Fn() + Send + Sync + 'static) {
    let of_the_screen = thread::current().id();
    let tell = take_hook();
    set_hook(Box::new(move |panic: &PanicHookInfo<'_>| {
        if thread::current().id() == of_the_screen {
            give_back();
            tell(panic);
        } else {
            *LAST.lock().unwrap_or_else(PoisonError::into_inner) = panic_text(panic);
        }
    }));
}

/// What happened last.
pub(super) fn last() -> String {
    let last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    match last.as_str() {
        "" => "this is a defect of the program".to_owned(),
        known => known.to_owned(),
    }
}
