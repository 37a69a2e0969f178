//! What the documents leave open, as one server has decided it, and the target that reaches the server.

use std::net::SocketAddr;
use std::time::Duration;

use super::CLIENT_SECRET;

pub const IDS: [(&str, &str); 3] = [
    ("mobile", "3179e48a-750b-4051-897c-87b9720928f7"),
    ("alternateMobile", "b6332ec1-7057-4abe-9331-3d72feddfe41"),
    ("office", "e37fc753-ff3b-4958-9484-eaa9425c82bc"),
];
pub const ALL: &str = "UserAuthenticationMethod.ReadWrite.All";
pub const OWN: &str = "UserAuthenticationMethod.ReadWrite";

/// Name, kind, permission, role and the signed-in user of everybody who has a token; the token is the name, said twice.
pub const CAST: [(&str, &str, &str, &str, &str); 21] = [
    ("authentication", "delegated", ALL, "Authentication Administrator", "ada@contoso.com"),
    ("privileged", "delegated", ALL, "Privileged Authentication Administrator", "pat@contoso.com"),
    ("without-role", "delegated", ALL, "", "nora@contoso.com"),
    ("without-permission", "delegated", "User.Read", "Authentication Administrator", "abe@contoso.com"),
    ("user", "delegated", OWN, "", "o'neil+0#EXT#@contoso.onmicrosoft.com"),
    ("user-without-permission", "delegated", "User.Read", "", "o'neil+0#EXT#@contoso.onmicrosoft.com"),
    ("fellow", "delegated", OWN, "", "o'neil+3#EXT#@contoso.onmicrosoft.com"),
    ("application", "application", ALL, "", ""),
    ("application-without-permission", "application", "User.Read.All", "", ""),
    ("personal", "personal", OWN, "", "someone@outlook.com"),
    ("reader", "delegated", ALL, "Global Reader", "rita@contoso.com"),
    ("user-administrator", "delegated", ALL, "User Administrator", "uma@contoso.com"),
    ("permission-to-read", "delegated", "UserAuthenticationMethod.Read.All", "Authentication Administrator", "rob@contoso.com"),
    ("application-with-permission-to-read", "application", "UserAuthenticationMethod.Read.All", "", ""),
    ("user-with-permission-to-read", "delegated", "UserAuthenticationMethod.Read", "", "o'neil+0#EXT#@contoso.onmicrosoft.com"),
    ("phones", "delegated", "UserAuthMethod-Phone.ReadWrite.All", "Authentication Administrator", "phil@contoso.com"),
    ("phones-to-read", "delegated", "UserAuthMethod-Phone.Read.All", "Authentication Administrator", "paul@contoso.com"),
    ("application-for-phones", "application", "UserAuthMethod-Phone.ReadWrite.All", "", ""),
    ("application-for-phones-to-read", "application", "UserAuthMethod-Phone.Read.All", "", ""),
    ("user-for-phones", "delegated", "UserAuthMethod-Phone.ReadWrite", "", "o'neil+0#EXT#@contoso.onmicrosoft.com"),
    ("user-for-phones-to-read", "delegated", "UserAuthMethod-Phone.Read", "", "o'neil+0#EXT#@contoso.onmicrosoft.com"),
];

/// Which reads show an earlier state, where some do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stale {
    /// All of them.
    All,
    /// Each by a part of the lag that is anybody's guess.
    AtRandom,
    /// Every other one, as where two replicas take turns.
    InTurns,
    /// Lists, and no single read.
    Lists,
    /// Single reads, and no list.
    Reads,
}

/// Which of several phones is the default method, and so stays as long as there are others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum DefaultMethod {
    /// None is.
    None,
    /// The mobile phone.
    Mobile,
    /// The one that was added first.
    First,
}

/// What the documents leave open, as one server has decided it.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a decision of its own")]
pub struct Manner {
    /// Everybody of the cast whom the target names.
    pub cast: &'static [&'static str],
    /// Status of every refusal, but for 401 and 404 and that of a wrong media type.
    pub refusal: u16,
    /// Status of a refusal to create or update a phone under `/me`.
    pub no_self_service: u16,
    /// Status of an update.
    pub updated: u16,
    /// Status of a create whose number is somebody else's sign-in name, and whether the phone is kept all the same.
    pub conflict: (u16, bool),
    /// Whether numbers without the space are taken, and given back with it.
    pub spaces_numbers: bool,
    /// State of a mobile phone whose SMS sign-in is off.
    pub off: &'static str,
    /// Whether a second switch to where the switch is already is refused.
    pub refuses_twice: bool,
    /// Whether an authentication administrator sees whole numbers.
    pub masks: bool,
    /// The edition of the documents that the server follows.
    pub edition: &'static str,
    /// Which phone can't be deleted while there are others.
    pub default_method: DefaultMethod,
    /// Whether an update takes no notice of `phoneType`.
    pub ignores_type: bool,
    /// Whether SMS sign-in can be turned off where there is none, which changes nothing.
    pub off_is_idle: bool,
    /// Whether only office phones may have extensions.
    pub extensions_for_office_only: bool,
    /// Whether the permissions that speak of phones alone mean nothing, as the documents' lists are closed.
    pub closed_permissions: bool,
    /// Whether whoever changes something of their own is told to sign in again, and with which status.
    pub asks_to_sign_in_again: Option<u16>,
    /// Status of the refusal of another media type than JSON.
    pub wrong_media_type: u16,
    /// State of the backup phones of a user outside the policy.
    pub backup_outside_policy: &'static str,
    /// How long after the answer a mobile number is registered for SMS sign-in.
    pub registers_after: Duration,
    /// Whether the two versions are two services, each with users of its own.
    pub versions_apart: bool,
    /// Whether no number may be on two phones that nobody signs in with.
    pub numbers_are_unique: bool,
    /// Names by which the target calls users in the place of ids; where there are none, it calls all four by id.
    pub names: Option<&'static [&'static str]>,
    /// How long reads lag.
    pub lag: Duration,
    /// Which reads do.
    pub stale: Stale,
    /// What is wrong with the server: it refuses what it has to, and stores it all the same.
    pub stores_what_it_refuses: bool,
    /// Of so many requests one is told to come again, and the status that says so.
    pub throttles: usize,
    pub throttled: u16,
    /// After each so many answers the connection is closed, which no answer says.
    pub closes: usize,
    /// Whether ids are in capitals, lists backwards, and answers full of properties nobody asked for.
    pub extravagant: bool,
    /// Whether the target knows users by id only.
    pub ids_only: bool,
    /// How long tokens are good that a client's credentials were given for, where identities have none of their own.
    pub tokens_live: Option<Duration>,
    /// Whether an application finds a user behind `/me`, which is a mistake.
    pub application_has_me: bool,
    /// Whether a mobile number that a user has given up is still taken when the same user comes back to it. That is wrong.
    pub remembers: bool,
    /// Phones that the first user had before.
    pub before: &'static [(&'static str, &'static str)],
    /// Whether the first of them is no sign-in name, though it could be one.
    pub before_is_off: bool,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            cast: &[],
            refusal: 400,
            no_self_service: 403,
            updated: 204,
            conflict: (201, true),
            spaces_numbers: false,
            off: "notConfigured",
            refuses_twice: false,
            masks: false,
            edition: "current",
            default_method: DefaultMethod::None,
            ignores_type: false,
            off_is_idle: false,
            extensions_for_office_only: false,
            closed_permissions: false,
            asks_to_sign_in_again: None,
            wrong_media_type: 415,
            backup_outside_policy: "notSupported",
            registers_after: Duration::ZERO,
            versions_apart: false,
            numbers_are_unique: false,
            names: None,
            lag: Duration::ZERO,
            stale: Stale::All,
            stores_what_it_refuses: false,
            throttles: usize::MAX,
            throttled: 429,
            closes: usize::MAX,
            extravagant: false,
            ids_only: false,
            tokens_live: None,
            application_has_me: false,
            remembers: false,
            before: &[],
            before_is_off: false,
        }
    }
}

impl Manner {
    pub(super) fn target(&self, address: SocketAddr) -> String {
        let patience = if self.lag.is_zero() { "0s" } else { "2s" };
        let mut target = format!(
            "name = \"right\"\nbase_url = \"http://{address}\"\nversions = [\"v1.0\", \"beta\"]\nedition = \"{}\"\nrequest_timeout = \"20s\"\nconsistency_timeout = \"{patience}\"\n",
            self.edition
        );
        for (name, kind, scope, role, user) in CAST.iter().filter(|who| self.cast.is_empty() || self.cast.contains(&who.0)) {
            let quoted = |text: &str| if text.is_empty() { String::new() } else { format!("\"{text}\"") };
            let user = if user.is_empty() { String::new() } else { format!("user = \"{user}\"\n") };
            target.push_str(&format!(
                "[[identities]]\nname = \"{name}\"\nkind = \"{kind}\"\nscopes = [\"{scope}\"]\nroles = [{}]\n{user}token = {}\n",
                quoted(role),
                if self.tokens_live.is_some() {
                    format!("{{ client_credentials = {{ client_id = \"{name}\", client_secret = \"{CLIENT_SECRET}\", token_url = \"http://{address}/token\" }} }}")
                } else {
                    format!("\"{name}/{name}\"")
                }
            ));
        }
        if let Some(names) = self.names {
            for name in names {
                target.push_str(&format!("[[users]]\nid = \"{name}\"\n"));
            }
            return target;
        }
        for user in 0..4 {
            let name = if self.ids_only { String::new() } else { format!("user_principal_name = \"{}\"\n", principal(user)) };
            target.push_str(&format!("[[users]]\nid = \"{}\"\n{name}sms_sign_in = {}\n", object_id(user), may_use_sms(user)));
        }
        target
    }
}

/// Whether the policy allows a user SMS sign-in.
pub const fn may_use_sms(user: usize) -> bool {
    matches!(user % 4, 0 | 2)
}

/// The name of a user, with every character in it that a path has to escape.
pub fn principal(user: usize) -> String {
    format!("o'neil+{user}#EXT#@contoso.onmicrosoft.com")
}

pub fn object_id(user: usize) -> String {
    format!("00000000-0000-4000-8000-00000000000{user}")
}
