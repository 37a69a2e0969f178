//! The choices that the documents leave to a server, and the target file of a server that makes these choices.

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

/// Name, kind, permission, role and signed-in user of every identity. The token is the name written twice.
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

/// Which reads show an old state.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stale {
    /// All of them.
    All,
    /// All, with a random part of the lag.
    AtRandom,
    /// Every other one, like two replicas that take turns.
    InTurns,
    /// Lists, but not single reads.
    Lists,
    /// Single reads, but not lists.
    Reads,
}

/// Which phone is the default method and can't be deleted while there are others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum DefaultMethod {
    /// No phone.
    None,
    /// The mobile phone.
    Mobile,
    /// The one that was added first.
    First,
}

/// The choices of a server for which the documents allow several.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "the choices are independent")]
pub struct Manner {
    /// The identities in the target file.
    pub cast: &'static [&'static str],
    /// The status of every refusal, except 401, 404 and the refusal of a wrong media type.
    pub refusal: u16,
    /// The status of a refused create or update under `/me`.
    pub no_self_service: u16,
    /// The status of an update.
    pub updated: u16,
    /// The status of a create with another user's sign-in name, and whether the server keeps the phone anyway.
    pub conflict: (u16, bool),
    /// Whether the server accepts numbers without the space, and shows them with it.
    pub spaces_numbers: bool,
    /// The state of a mobile phone whose SMS sign-in is off.
    pub off: &'static str,
    /// Whether the server refuses to turn SMS sign-in on if it is on, and off if it is off.
    pub refuses_twice: bool,
    /// Whether an authentication administrator sees unmasked numbers.
    pub masks: bool,
    /// The edition of the documents that the server follows.
    pub edition: &'static str,
    /// Which phone can't be deleted while there are others.
    pub default_method: DefaultMethod,
    /// Whether an update ignores `phoneType`.
    pub ignores_type: bool,
    /// Whether the server accepts turning SMS sign-in off for a phone without it, and changes nothing.
    pub off_is_idle: bool,
    /// Whether only office phones may have extensions.
    pub extensions_for_office_only: bool,
    /// Whether the server ignores permissions for phones only, because the documents' lists do not have them.
    pub closed_permissions: bool,
    /// The status that tells users who change their own phones to sign in again; `None` if nobody is told.
    pub asks_to_sign_in_again: Option<u16>,
    /// The status for a media type other than JSON.
    pub wrong_media_type: u16,
    /// The state of an alternate mobile phone whose user the policy does not allow SMS sign-in.
    pub backup_outside_policy: &'static str,
    /// How long after the answer a mobile number is registered for SMS sign-in.
    pub registers_after: Duration,
    /// Whether the server, when a number becomes free, registers it for another user who has it.
    pub hands_on: bool,
    /// Whether the two versions are two services, each with its own users.
    pub versions_apart: bool,
    /// Whether two phones may have the same number only if both are mobile.
    pub numbers_are_unique: bool,
    /// The names that the target file uses as ids of users. If `None`, the file lists all four users by id.
    pub names: Option<&'static [&'static str]>,
    /// How long reads lag.
    pub lag: Duration,
    /// Which reads lag.
    pub stale: Stale,
    /// A mistake: the server stores what it refuses.
    pub stores_what_it_refuses: bool,
    /// The server throttles each request whose number is a multiple of this.
    pub throttles: usize,
    /// The status of an answer to a throttled request.
    pub throttled: u16,
    /// The server closes the connection after this many answers, without announcing it.
    pub closes: usize,
    /// Whether ids are in capitals, lists are reversed, and answers have many extra properties.
    pub extravagant: bool,
    /// Whether the target file has no user principal names.
    pub ids_only: bool,
    /// The lifetime of tokens from client credentials. If it is given, identities use them instead of tokens of their
    /// own.
    pub tokens_live: Option<Duration>,
    /// A mistake: an application finds a user behind `/me`.
    pub application_has_me: bool,
    /// A mistake: if a user gives up a mobile number and wants it again, it is still taken.
    pub remembers: bool,
    /// Phones that the first user has at the start.
    pub before: &'static [(&'static str, &'static str)],
    /// Whether SMS sign-in is off for the mobile phone among them, although it could be on.
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
            hands_on: false,
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
        let timeout = if self.lag.is_zero() { "0s" } else { "2s" };
        let mut target = format!(
            "name = \"right\"\nbase_url = \"http://{address}\"\nversions = [\"v1.0\", \"beta\"]\nedition = \"{}\"\nrequest_timeout = \"20s\"\nconsistency_timeout = \"{timeout}\"\n",
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

/// The user principal name of a user, with characters that a path must escape.
pub fn principal(user: usize) -> String {
    format!("o'neil+{user}#EXT#@contoso.onmicrosoft.com")
}

pub fn object_id(user: usize) -> String {
    format!("00000000-0000-4000-8000-00000000000{user}")
}
