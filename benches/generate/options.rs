//! What the command line asks for.

pub(crate) struct Options {
    pub(crate) calls: Option<u64>,
    pub(crate) bytes: Option<u64>,
    pub(crate) hops: usize,
    pub(crate) message_size: usize,
    pub(crate) other: f64,
    pub(crate) tcp: f64,
    pub(crate) ipv6: f64,
    pub(crate) fragments: bool,
    pub(crate) vlan: bool,
    pub(crate) seed: u64,
    pub(crate) output: Option<String>,
}

impl Options {
    /// `None` where help is asked for.
    pub(crate) fn parse(mut args: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut options = Self {
            calls: None,
            bytes: None,
            hops: 3,
            message_size: 1000,
            other: 0.0,
            tcp: 0.0,
            ipv6: 0.0,
            fragments: false,
            vlan: false,
            seed: 1,
            output: None,
        };
        while let Some(name) = args.next() {
            let mut value = || args.next().ok_or(format!("{name} needs a value"));
            match name.as_str() {
                "--calls" => options.calls = Some(number(&value()?)?),
                "--bytes" => options.bytes = Some(number(&value()?)?),
                "--hops" => options.hops = number(&value()?)?.clamp(1, 16) as usize,
                "--message-size" => options.message_size = number(&value()?)?.min(20_000) as usize,
                "--other" => options.other = share(&value()?)?.min(0.9999),
                "--tcp" => options.tcp = share(&value()?)?,
                "--ipv6" => options.ipv6 = share(&value()?)?,
                "--fragments" => options.fragments = true,
                "--vlan" => options.vlan = true,
                "--seed" => options.seed = number(&value()?)?,
                "-o" => options.output = Some(value()?),
                "-h" | "--help" => return Ok(None),
                _ => return Err(format!("unknown option {name}")),
            }
        }
        if options.calls.is_none() && options.bytes.is_none() {
            options.calls = Some(1000);
        }
        Ok(Some(options))
    }
}

/// A whole number, with k, m or g for powers of 1000.
pub(crate) fn number(text: &str) -> Result<u64, String> {
    let (digits, factor) = match text.split_at_checked(text.len().saturating_sub(1)) {
        Some((digits, "k")) => (digits, 1_000),
        Some((digits, "m")) => (digits, 1_000_000),
        Some((digits, "g")) => (digits, 1_000_000_000),
        _ => (text, 1),
    };
    let number: Option<u64> = digits.parse().ok();
    number
        .and_then(|number| number.checked_mul(factor))
        .ok_or(format!("{text} is no number"))
}

pub(crate) fn share(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or(format!("{text} is no share between 0 and 1"))
}
