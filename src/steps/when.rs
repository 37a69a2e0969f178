//! The steps that send requests.

use cucumber::when;
use serde_json::{Value, json};

use crate::api::Operation;
use crate::check::Wanted;
use crate::graph::{Account, Body, PhoneType};
use crate::plan::Address;
use crate::suite::Caller;

use super::parameters::{Kind, Number, OperationWord, Owner, Route, Who, Whose};
use super::session::Resource;
use super::{Halt, ScenarioWorld, Session, step};

/// The placeholder for one of the scenario's numbers in a body that the scenario spells out.
pub(super) const NUMBER: &str = "NUMBER";
/// A well-formed id that belongs to nobody.
const NOBODYS_ID: &str = "00000000-0000-4000-8000-000000000000";
/// The id of a user who does not exist. It is random, so no test user should have it.
const STRANGERS_ID: &str = "7d1f0c3e-52b9-4a68-9e04-c8f3b1a6d275";

#[when(
    regex = r#"^(.+) adds an? (mobile|alternateMobile|office) phone(| with an extension| with an unspaced number| with (?:the user's own|the other user's) number| with the number of (?:the user's|the other user's) \w+ phone| with the number ".*") for (the user by user principal name|the user|themself by id|themself)$"#
)]
async fn adds(world: &mut ScenarioWorld, caller: Who, kind: Kind, number: Number, owner: Owner) -> Result<(), Halt> {
    step(world, async |session| {
        let number = session.number(number, kind.0)?;
        create(session, caller.0, owner, Wanted { kind: kind.0, number }, &[]).await
    })
    .await
}

#[when(expr = "the administrator adds the deleted phone with its old number for the user")]
async fn adds_deleted(world: &mut ScenarioWorld) -> Result<(), Halt> {
    step(world, async |session| {
        let old = session.asked.old.clone().ok_or_else(|| Halt::Errored("no phone was deleted".to_owned()))?;
        create(session, Caller::Administrator, Owner::User, old, &[]).await
    })
    .await
}

#[when(expr = "the administrator adds a(n) {kind} phone claiming the {word} {string} for the user")]
async fn adds_claiming(world: &mut ScenarioWorld, kind: Kind, property: String, value: String) -> Result<(), Halt> {
    step(world, async |session| {
        let number = session.numbers.phone(kind.0);
        add(session, kind.0, number, &[(property.as_str(), json!(value))]).await
    })
    .await
}

#[when(regex = r#"^the administrator adds an? (mobile|alternateMobile|office) phone for the user (?:as "(.+)"|without a Content-Type)$"#)]
async fn adds_as(world: &mut ScenarioWorld, kind: Kind, content_type: String) -> Result<(), Halt> {
    step(world, async |session| {
        let text = json!({ "phoneNumber": session.numbers.phone(kind.0), "phoneType": kind.0.name() }).to_string();
        add_from(session, Body { content_type: Some(content_type).filter(|name| !name.is_empty()), text }).await
    })
    .await
}

#[when(regex = r"^the administrator adds a phone from (?:the body (.+)|an empty body)$")]
async fn adds_body(world: &mut ScenarioWorld, body: String) -> Result<(), Halt> {
    step(world, async |session| {
        let text = body.replace(NUMBER, &session.numbers.line());
        add_from(session, Body::json(text)).await
    })
    .await
}

#[when(expr = "{caller} lists {whose} phones{route}")]
async fn lists(world: &mut ScenarioWorld, caller: Who, whose: Whose, route: Route) -> Result<(), Halt> {
    step(world, async |session| ask(session, caller.0, Operation::List, Target { whose, route, kind: None }, None).await).await
}

#[when(
    regex = r"^(.+) (reads|deletes|turns on SMS sign-in for|turns off SMS sign-in for) (the user's|their own) (mobile|alternateMobile|office) phone((?:(?: by| in| at) .+)?)$"
)]
async fn asks(
    world: &mut ScenarioWorld,
    caller: Who,
    operation: OperationWord,
    whose: Whose,
    kind: Kind,
    route: Route,
) -> Result<(), Halt> {
    step(world, async |session| ask(session, caller.0, operation.0, Target { whose, route, kind: Some(kind.0) }, None).await).await
}

#[when(regex = r"^the administrator (.+) a phone of the user by an id that no phone has$")]
async fn asks_about_no_phone(world: &mut ScenarioWorld, operation: OperationWord) -> Result<(), Halt> {
    step(world, async |session| {
        let account = session.account(Address::Id)?;
        ask_about_nothing(session, operation.0, account, Some(NOBODYS_ID)).await
    })
    .await
}

#[when(regex = r"^the administrator (.+) a user who does not exist$")]
async fn asks_about_nobody(world: &mut ScenarioWorld, operation: OperationWord) -> Result<(), Halt> {
    step(world, async |session| {
        let phone = (!matches!(operation.0, Operation::Create | Operation::List)).then(|| PhoneType::Mobile.well_known_id());
        ask_about_nothing(session, operation.0, Account::User(STRANGERS_ID.to_owned()), phone).await
    })
    .await
}

/// Sends a request as the administrator about a user or phone that does not exist. The request is valid otherwise.
async fn ask_about_nothing(session: &mut Session, operation: Operation, account: Account, phone: Option<&str>) -> Result<(), Halt> {
    let body = match operation {
        Operation::Create => Some(json!({ "phoneNumber": session.numbers.line(), "phoneType": PhoneType::Mobile.name() })),
        Operation::Update => Some(json!({ "phoneNumber": session.numbers.line() })),
        _ => None,
    };
    let body = body.map(|body| Body::json(body.to_string()));
    let about = Resource { phone: phone.map(str::to_owned), ..session.about(account) };
    session.request(Caller::Administrator, operation, about, body).await
}

/// Sends a request to create a phone.
async fn create(session: &mut Session, caller: Caller, owner: Owner, wanted: Wanted, claims: &[(&str, Value)]) -> Result<(), Halt> {
    let mut body = json!({ "phoneNumber": wanted.number, "phoneType": wanted.kind.name() });
    for (property, value) in claims {
        body[*property] = value.clone();
    }
    session.asked.concerned = Some(wanted.kind);
    session.asked.requested = Some(wanted);
    let account = session.account(owner.address())?;
    session.request(caller, Operation::Create, session.about(account), Some(Body::json(body.to_string()))).await
}

/// Sends the administrator's request to create a phone for the user.
async fn add(session: &mut Session, kind: PhoneType, number: String, claims: &[(&str, Value)]) -> Result<(), Halt> {
    create(session, Caller::Administrator, Owner::User, Wanted { kind, number }, claims).await
}

/// Sends the administrator's request to create a phone for the user, with this body.
async fn add_from(session: &mut Session, body: Body) -> Result<(), Halt> {
    let account = session.account(Address::Id)?;
    session.request(Caller::Administrator, Operation::Create, session.about(account), Some(body)).await
}

/// All phones of a user, or the phone of one type, and how to address them.
pub(super) struct Target {
    pub whose: Whose,
    pub route: Route,
    pub kind: Option<PhoneType>,
}

/// Sends a request about a user's phones.
pub(super) async fn ask(
    session: &mut Session,
    caller: Caller,
    operation: Operation,
    target: Target,
    body: Option<Body>,
) -> Result<(), Halt> {
    let Target { whose, route, kind } = target;
    let mut account = match (route, whose) {
        (Route::ByName, _) => session.account(Address::Name)?,
        (Route::Ordinary | Route::OtherVersion, Whose::Own) => session.account(Address::Me)?,
        (Route::ById | Route::WellKnown | Route::Capitals, Whose::Own) | (_, Whose::Users) => session.account(Address::Id)?,
    };
    let version = match route {
        Route::OtherVersion => session.setting.other_version.ok_or_else(|| Halt::Errored("the plan found no other version".to_owned()))?,
        _ => session.conversation.version,
    };
    // If the scenario has no user, as for an application, no phone id is known.
    let mut phone = kind.map(|kind| {
        if session.people.lent.is_empty() || route == Route::WellKnown {
            kind.well_known_id().to_owned()
        } else {
            session.people.phone_id(0, kind)
        }
    });
    if route == Route::Capitals {
        if let Account::User(user) = &mut account {
            user.make_ascii_uppercase();
        }
        // Only the letters of a GUID mean the same in capitals.
        if let Some(phone) = phone.as_mut().filter(|phone| phone.chars().all(|sign| sign == '-' || sign.is_ascii_hexdigit())) {
            phone.make_ascii_uppercase();
        }
    }
    session.asked.concerned = kind;
    session.request(caller, operation, Resource { account, phone, version }, body).await
}
