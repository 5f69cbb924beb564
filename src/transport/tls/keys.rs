//! From a secret of the key log to the keys of one direction, and from those to the ones that follow them.

use super::Lock;
use super::handshake::ServerHello;
use super::key_log::{Label, Random, Secrets};
use super::protection::{self, Protection};
use super::suite::Suite;

const TLS12: u16 = 0x0303;
const TLS13: u16 = 0x0304;

/// Keys of one direction.
pub(super) struct Keys {
    pub(super) protection: Box<dyn Protection>,
    stage: Stage,
}

/// Where keys stand among those of their connection.
enum Stage {
    /// TLS 1.2: the only ones of a handshake.
    Only,
    /// TLS 1.3: for the rest of the handshake.
    Handshake,
    /// TLS 1.3: for data, from this traffic secret.
    Application(Vec<u8>),
}

/// What a handshake settled for one direction, with the secrets to look up.
pub(super) struct Agreement<'a> {
    random: &'a Random,
    server: &'a ServerHello,
    suite: Suite,
    from_client: bool,
    secrets: &'a Secrets,
}

impl ServerHello {
    pub(super) fn is_tls13(&self) -> bool {
        self.version == TLS13
    }
}

impl<'a> Agreement<'a> {
    pub(super) fn new(
        random: &'a Random,
        server: &'a ServerHello,
        from_client: bool,
        secrets: &'a Secrets,
    ) -> Result<Self, Lock> {
        let suite = match server.version {
            _ if server.compressed => return Err(Lock::Compressed),
            TLS12 => Suite::of_tls12(server.suite),
            TLS13 => Suite::of_tls13(server.suite),
            version => return Err(Lock::Version(version)),
        };
        let suite = suite.ok_or(Lock::Suite(server.suite))?;
        Ok(Self {
            random,
            server,
            suite,
            from_client,
            secrets,
        })
    }

    /// The keys that protection begins with. A key log may leave out those of the handshake.
    pub(super) fn first(&self) -> Result<Keys, Lock> {
        let keys = if self.server.is_tls13() {
            self.handshake().or_else(|| self.application())
        } else {
            self.only()
        };
        keys.ok_or(Lock::NoKeys)
    }

    /// The keys that a direction goes on with after these.
    pub(super) fn following(&self, keys: &Keys) -> Result<Keys, Lock> {
        match &keys.stage {
            Stage::Only => Err(Lock::BadRecord),
            Stage::Handshake => self.application().ok_or(Lock::NoKeys),
            Stage::Application(secret) => self.updated(secret).ok_or(Lock::BadRecord),
        }
    }

    /// RFC 5246 6.3.
    fn only(&self) -> Option<Keys> {
        let master = self.secrets.get(self.random, Label::Master)?;
        let seed = [b"key expansion", &self.server.random[..], self.random].concat();
        let lengths = self.suite.cipher.lengths();
        let total = 2 * lengths.iter().sum::<usize>();
        let block = self.suite.hash.stretch(master, &seed, total);
        let mut rest = &block[..];
        let parts = lengths.map(|length| {
            let (both, after) = rest.split_at(2 * length);
            rest = after;
            let (client, server) = both.split_at(length);
            if self.from_client { client } else { server }
        });
        let protection = protection::of_tls12(self.suite, parts, self.server.encrypt_then_mac)?;
        Some(Keys {
            protection,
            stage: Stage::Only,
        })
    }

    fn handshake(&self) -> Option<Keys> {
        let secret = self.traffic(Label::ClientHandshake, Label::ServerHandshake)?;
        Some(Keys {
            protection: protection::of_tls13(self.suite, secret)?,
            stage: Stage::Handshake,
        })
    }

    fn application(&self) -> Option<Keys> {
        let secret = self.traffic(Label::ClientApplication, Label::ServerApplication)?;
        self.keys_of(secret.to_vec())
    }

    /// After a KeyUpdate (RFC 8446 7.2).
    fn updated(&self, secret: &[u8]) -> Option<Keys> {
        let hash = self.suite.hash;
        self.keys_of(hash.expand(secret, "traffic upd", hash.length()))
    }

    fn keys_of(&self, secret: Vec<u8>) -> Option<Keys> {
        Some(Keys {
            protection: protection::of_tls13(self.suite, &secret)?,
            stage: Stage::Application(secret),
        })
    }

    fn traffic(&self, client: Label, server: Label) -> Option<&'a [u8]> {
        let label = if self.from_client { client } else { server };
        self.secrets.get(self.random, label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(version: u16, suite: u16) -> ServerHello {
        ServerHello {
            version,
            random: [2; 32],
            suite,
            compressed: false,
            encrypt_then_mac: false,
        }
    }

    fn secrets(labels: &[&str]) -> Secrets {
        let mut secrets = Secrets::default();
        for label in labels {
            let line = format!("{label} {} {}", "01".repeat(32), "05".repeat(48));
            secrets.add_key_log(line.as_bytes());
        }
        secrets
    }

    fn lock(server: &ServerHello) -> Option<Lock> {
        Agreement::new(&[1; 32], server, true, &Secrets::default()).err()
    }

    #[test]
    fn what_is_not_supported_is_named() {
        let compressed = ServerHello {
            compressed: true,
            ..server(TLS12, 0x009c)
        };
        assert_eq!(lock(&compressed), Some(Lock::Compressed));
        assert_eq!(lock(&server(0x0302, 0x002f)), Some(Lock::Version(0x0302)));
        assert_eq!(lock(&server(TLS12, 0xc0ac)), Some(Lock::Suite(0xc0ac)));
        assert_eq!(lock(&server(TLS13, 0x009c)), Some(Lock::Suite(0x009c)));
        assert_eq!(lock(&server(TLS13, 0x1302)), None);
    }

    #[test]
    fn keys_follow_as_far_as_secrets_are_known() {
        let hello = server(TLS13, 0x1302);
        let secrets = secrets(&["CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_TRAFFIC_SECRET_0"]);
        let of_client = Agreement::new(&[1; 32], &hello, true, &secrets).unwrap();
        let handshake = of_client.first().unwrap();
        assert_eq!(of_client.following(&handshake).err(), Some(Lock::NoKeys));
        let of_server = Agreement::new(&[1; 32], &hello, false, &secrets).unwrap();
        let application = of_server.first().unwrap();
        let updated = of_server.following(&application).unwrap();
        assert!(matches!(updated.stage, Stage::Application(secret) if secret != [5; 48]));
        let stranger = Agreement::new(&[9; 32], &hello, false, &secrets).unwrap();
        assert_eq!(stranger.first().err(), Some(Lock::NoKeys));
    }

    #[test]
    fn the_keys_of_tls_12_are_the_only_ones() {
        let hello = server(TLS12, 0xc030);
        let secrets = secrets(&["CLIENT_RANDOM"]);
        let agreement = Agreement::new(&[1; 32], &hello, true, &secrets).unwrap();
        let keys = agreement.first().unwrap();
        assert_eq!(agreement.following(&keys).err(), Some(Lock::BadRecord));
    }
}
