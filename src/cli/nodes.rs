//! `sipscope nodes`: the SIP elements of a trace, and why they are taken for such.

use std::collections::BTreeSet;
use std::io::Write;

use clap::{Args, ValueEnum};
use serde::Serialize;
use sipscope::Intake;
use sipscope::trace::{Node, Trace, node_file};

use super::filter::Filter;
use super::form::Form;
use super::printed::Printed;
use super::traced::Traced;
use super::{Ended, Outcome, ended, escape};

#[derive(Args)]
pub(super) struct Nodes {
    #[command(flatten)]
    traced: Traced,

    #[command(flatten)]
    filter: Filter,

    #[command(flatten)]
    pub(super) printed: Printed<NodesFormat>,

    /// Say in text for each node why its addresses and names are one, and why it has its role. JSON always does.
    #[arg(long)]
    evidence: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum NodesFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// A node file of what was found, to correct and to give as --nodes.
    Toml,
}

impl Form for NodesFormat {
    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Text => &["txt"],
            Self::Json => &["json"],
            Self::Toml => &["toml"],
        }
    }
}

#[derive(Serialize)]
struct Table {
    schema: &'static str,
    nodes: Vec<Row>,
}

/// A node as programs get it.
#[derive(Serialize)]
struct Row {
    number: usize,
    label: String,
    role: &'static str,
    network: Option<String>,
    trust_domain: Option<String>,
    addresses: Vec<Address>,
    names: Vec<String>,
    first_message: usize,
    requests_in: u32,
    requests_out: u32,
    reasons: Vec<Reason>,
    evidence: Vec<Join>,
    further_evidence: u32,
}

#[derive(Serialize)]
struct Address {
    endpoint: String,
    vlans: Vec<u16>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    labels: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    captures: Vec<String>,
    seen: bool,
}

#[derive(Serialize)]
struct Reason {
    what: &'static str,
    message: Option<usize>,
    count: u32,
    decides: bool,
}

#[derive(Serialize)]
struct Join {
    one: String,
    other: String,
    reason: &'static str,
    citation: &'static str,
    message: usize,
    count: u32,
}

impl Nodes {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let (mut intake, trace) = match self.printed.form() {
            NodesFormat::Toml => self.traced.trace_for_node_file()?,
            _ => self.traced.trace()?,
        };
        let nodes = self.nodes(&trace, &mut intake)?;
        match self.printed.form() {
            NodesFormat::Toml => {
                let file = node_file(&trace, nodes.iter().copied());
                out.write_all(file.as_bytes())?;
            }
            NodesFormat::Json => {
                let table = Table {
                    schema: "sipscope.nodes/1",
                    nodes: nodes.iter().map(Row::of).collect(),
                };
                super::layout::write(out, &table)?;
            }
            NodesFormat::Text => self.print(&nodes, out)?,
        }
        let found = match nodes.is_empty() {
            true => Ended::NothingFound,
            false => Ended::Fine,
        };
        ended(&intake, found)
    }

    /// Those that messages of the calls that are meant went from or to; all where nothing was asked for.
    fn nodes<'t>(&self, trace: &'t Trace, intake: &mut Intake) -> anyhow::Result<Vec<Node<'t>>> {
        let Some(calls) = self.filter.chosen(trace, intake)? else {
            return Ok(trace.nodes().collect());
        };
        let calls = calls.into_iter().filter_map(|id| trace.call(id));
        let hops = calls.flat_map(|call| call.hops().collect::<Vec<_>>());
        let ends = hops.flat_map(|hop| [hop.source_node(), hop.destination_node()]);
        let touched: BTreeSet<_> = ends.flatten().map(|node| node.id()).collect();
        let nodes = trace.nodes();
        Ok(nodes.filter(|node| touched.contains(&node.id())).collect())
    }

    fn print(&self, nodes: &[Node<'_>], out: &mut impl Write) -> std::io::Result<()> {
        let nodes: Vec<_> = nodes
            .iter()
            .map(|node| (escape::text(&node.label()), node))
            .collect();
        let label = "LABEL".len();
        let widest = nodes.iter().map(|(label, _)| label.chars().count()).max();
        let width = widest.unwrap_or(label).max(label);
        writeln!(
            out,
            "{:>5}  {:width$}  {:15}  {:>7}  {:>7}  ADDRESSES AND NAMES",
            "NODE", "LABEL", "ROLE", "REQ IN", "REQ OUT"
        )?;
        for (label, node) in nodes {
            let addresses = node.addresses().into_iter().map(shown_address);
            let names = node.names().into_iter().map(escape::text);
            let all: Vec<_> = addresses.chain(names).collect();
            writeln!(
                out,
                "{:>5}  {label:width$}  {:15}  {:>7}  {:>7}  {}",
                node.id().number(),
                node.role().name(),
                node.requests_in(),
                node.requests_out(),
                all.join(", ")
            )?;
            if self.evidence {
                print_evidence(node, out)?;
            }
        }
        Ok(())
    }
}

fn shown_address(address: sipscope::trace::Address) -> String {
    let named = if address.seen { "" } else { " (named)" };
    let place = escape::text(&address.place());
    format!("{}{place}{named}", address.endpoint)
}

fn print_evidence(node: &Node<'_>, out: &mut impl Write) -> std::io::Result<()> {
    for reason in node.reasons() {
        let mark = if reason.decides { "role" } else { "also" };
        writeln!(out, "         {mark}: {reason}")?;
    }
    for join in node.evidence() {
        let times = match join.count {
            1 => String::new(),
            count => format!(", {count} times"),
        };
        let citation = match join.reason.citation() {
            "" => String::new(),
            citation => format!("; {citation}"),
        };
        writeln!(
            out,
            "         one: {} = {}: {} (message {}{times}{citation})",
            escape::text(&join.one),
            escape::text(&join.other),
            join.reason.name(),
            join.message.number(),
        )?;
    }
    if node.further_evidence() > 0 {
        writeln!(out, "         one: and {} more", node.further_evidence())?;
    }
    Ok(())
}

impl Row {
    fn of(node: &Node<'_>) -> Self {
        let addresses = node.addresses().into_iter().map(|address| Address {
            endpoint: address.endpoint.to_string(),
            vlans: address.vlans,
            labels: address.labels,
            captures: address.captures,
            seen: address.seen,
        });
        let reasons = node.reasons().into_iter().map(|reason| Reason {
            what: reason.what,
            message: reason.message.map(|message| message.number()),
            count: reason.count,
            decides: reason.decides,
        });
        let evidence = node.evidence().into_iter().map(|join| Join {
            one: join.one,
            other: join.other,
            reason: join.reason.name(),
            citation: join.reason.citation(),
            message: join.message.number(),
            count: join.count,
        });
        Self {
            number: node.id().number(),
            label: node.label(),
            role: node.role().name(),
            network: node.network().map(str::to_owned),
            trust_domain: node.trust_domain().map(str::to_owned),
            addresses: addresses.collect(),
            names: node.names().into_iter().map(str::to_owned).collect(),
            first_message: node.first_message().id().number(),
            requests_in: node.requests_in(),
            requests_out: node.requests_out(),
            reasons: reasons.collect(),
            evidence: evidence.collect(),
            further_evidence: node.further_evidence(),
        }
    }
}
