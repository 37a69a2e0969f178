//! The steps that send requests.

use cucumber::when;
use serde_json::{Value, json};

use crate::api::{ApiVersion, Operation};
use crate::check::{Wanted, line_of};
use crate::graph::{Account, Body, PhoneType};
use crate::plan::Address;
use crate::suite::Caller;

use super::parameters::{Deed, Kind, Owner, Route, Who, Whose};
use super::{Halt, ScenarioWorld, Session};

/// The placeholder for one of the scenario's numbers in a spelled-out body.
pub(super) const NUMBER: &str = "NUMBER";
/// Makes a blank in a number visible in the scenario's text.
pub(super) const BLANK: char = '␣';
/// A well-formed id that belongs to nobody.
const NOBODYS_ID: &str = "00000000-0000-4000-8000-000000000000";
/// The id of a user who does not exist; unlikely as the id of a test user.
const STRANGERS_ID: &str = "7d1f0c3e-52b9-4a68-9e04-c8f3b1a6d275";

#[when(expr = "{caller} adds a(n) {kind} phone for {owner}")]
async fn adds(world: &mut ScenarioWorld, caller: Who, kind: Kind, owner: Owner) -> Result<(), Halt> {
    world
        .step(async |session| {
            let number = session.fresh_number(kind.0);
            create(session, caller.0, owner, kind.0, number, &[]).await
        })
        .await
}

#[when(expr = "{caller} adds a(n) {kind} phone with an extension for {owner}")]
async fn adds_with_extension(world: &mut ScenarioWorld, caller: Who, kind: Kind, owner: Owner) -> Result<(), Halt> {
    world
        .step(async |session| {
            let number = format!("{}x123", session.fresh_line());
            create(session, caller.0, owner, kind.0, number, &[]).await
        })
        .await
}

#[when(regex = r#"^the administrator adds an? (mobile|alternateMobile|office) phone with the number "(.*)" for the user$"#)]
async fn adds_number(world: &mut ScenarioWorld, kind: Kind, number: String) -> Result<(), Halt> {
    world.step(async |session| create(session, Caller::Administrator, Owner::User, kind.0, number.replace(BLANK, " "), &[]).await).await
}

#[when(expr = "the administrator adds a(n) {kind} phone with an unspaced number for the user")]
async fn adds_unspaced(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    world
        .step(async |session| {
            let number = session.fresh_line().replace(' ', "");
            create(session, Caller::Administrator, Owner::User, kind.0, number, &[]).await
        })
        .await
}

#[when(expr = "the administrator adds a(n) {kind} phone with the user's own number for the user")]
async fn adds_own_number(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    world
        .step(async |session| {
            let number = session.number_of(0, kind.0)?;
            create(session, Caller::Administrator, Owner::User, kind.0, number, &[]).await
        })
        .await
}

#[when(expr = "the administrator adds the deleted phone with its old number for the user")]
async fn adds_deleted(world: &mut ScenarioWorld) -> Result<(), Halt> {
    world
        .step(async |session| {
            let old = session.old.clone().ok_or_else(|| Halt::Errored("no phone was deleted".to_owned()))?;
            create(session, Caller::Administrator, Owner::User, old.kind, old.number, &[]).await
        })
        .await
}

#[when(expr = "the administrator adds a(n) {kind} phone with the other user's number for the user")]
async fn adds_others_number(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    world
        .step(async |session| {
            let number = session.number_of(1, kind.0)?;
            create(session, Caller::Administrator, Owner::User, kind.0, number, &[]).await
        })
        .await
}

#[when(
    regex = r"^the administrator adds an? (mobile|alternateMobile|office) phone with the number of (the user's|the other user's) (mobile|alternateMobile|office) phone for the user$"
)]
async fn adds_number_of_another_type(world: &mut ScenarioWorld, kind: Kind, whose: String, other: Kind) -> Result<(), Halt> {
    world
        .step(async |session| {
            // Without the extension: a sign-in name has none.
            let number = session.number_of(usize::from(whose == "the other user's"), other.0)?;
            create(session, Caller::Administrator, Owner::User, kind.0, line_of(&number).to_owned(), &[]).await
        })
        .await
}

#[when(expr = "the administrator adds a(n) {kind} phone claiming the {word} {string} for the user")]
async fn adds_claiming(world: &mut ScenarioWorld, kind: Kind, property: String, value: String) -> Result<(), Halt> {
    world
        .step(async |session| {
            let number = session.fresh_number(kind.0);
            create(session, Caller::Administrator, Owner::User, kind.0, number, &[(property.as_str(), json!(value))]).await
        })
        .await
}

#[when(expr = "the administrator adds a(n) {kind} phone for the user as {string}")]
async fn adds_as(world: &mut ScenarioWorld, kind: Kind, content_type: String) -> Result<(), Halt> {
    world.step(async |session| create_as(session, kind.0, Some(content_type)).await).await
}

#[when(expr = "the administrator adds a(n) {kind} phone for the user without a Content-Type")]
async fn adds_untyped(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    world.step(async |session| create_as(session, kind.0, None).await).await
}

#[when(regex = r"^the administrator adds a phone from the body (.+)$")]
async fn adds_body(world: &mut ScenarioWorld, body: String) -> Result<(), Halt> {
    world
        .step(async |session| {
            let text = body.replace(NUMBER, &session.fresh_line());
            let account = session.account(Address::Id)?;
            session
                .request(Caller::Administrator, Operation::Create, account, None, Some(Body::json(text)), session.conversation.version)
                .await
        })
        .await
}

#[when(expr = "the administrator adds a phone from an empty body")]
async fn adds_nothing(world: &mut ScenarioWorld) -> Result<(), Halt> {
    world
        .step(async |session| {
            let account = session.account(Address::Id)?;
            session
                .request(Caller::Administrator, Operation::Create, account, None, Some(Body::json("")), session.conversation.version)
                .await
        })
        .await
}

#[when(expr = "{caller} lists {whose} phones{route}")]
async fn lists(world: &mut ScenarioWorld, caller: Who, whose: Whose, route: Route) -> Result<(), Halt> {
    world.step(async |session| about(session, caller.0, Operation::List, whose, route, None, None).await).await
}

#[when(expr = "{caller} reads {whose} {kind} phone{route}")]
async fn reads(world: &mut ScenarioWorld, caller: Who, whose: Whose, kind: Kind, route: Route) -> Result<(), Halt> {
    world.step(async |session| about(session, caller.0, Operation::Get, whose, route, Some(kind.0), None).await).await
}

#[when(regex = r"^the administrator (.+) a phone of the user by an id that no phone has$")]
async fn asks_about_no_phone(world: &mut ScenarioWorld, deed: Deed) -> Result<(), Halt> {
    world
        .step(async |session| {
            let account = session.account(Address::Id)?;
            ask_about_nothing(session, deed.0, account, Some(NOBODYS_ID)).await
        })
        .await
}

#[when(regex = r"^the administrator (.+) a user who does not exist$")]
async fn asks_about_nobody(world: &mut ScenarioWorld, deed: Deed) -> Result<(), Halt> {
    world
        .step(async |session| {
            let phone = (!matches!(deed.0, Operation::Create | Operation::List)).then(|| PhoneType::Mobile.well_known_id());
            ask_about_nothing(session, deed.0, Account::User(STRANGERS_ID.to_owned()), phone).await
        })
        .await
}

/// Sends a request as the administrator about a user or phone that does not exist. It would be granted if they existed.
async fn ask_about_nothing(session: &mut Session, operation: Operation, account: Account, phone: Option<&str>) -> Result<(), Halt> {
    let body = match operation {
        Operation::Create => Some(json!({ "phoneNumber": session.fresh_line(), "phoneType": PhoneType::Mobile.name() })),
        Operation::Update => Some(json!({ "phoneNumber": session.fresh_line() })),
        _ => None,
    };
    let body = body.map(|body| Body::json(body.to_string()));
    let version = session.conversation.version;
    session.request(Caller::Administrator, operation, account, phone.map(str::to_owned), body, version).await
}

#[when(expr = "{caller} deletes {whose} {kind} phone{route}")]
async fn deletes(world: &mut ScenarioWorld, caller: Who, whose: Whose, kind: Kind, route: Route) -> Result<(), Halt> {
    world.step(async |session| about(session, caller.0, Operation::Delete, whose, route, Some(kind.0), None).await).await
}

#[when(expr = "{caller} turns on SMS sign-in for {whose} {kind} phone{route}")]
async fn turns_on(world: &mut ScenarioWorld, caller: Who, whose: Whose, kind: Kind, route: Route) -> Result<(), Halt> {
    world.step(async |session| about(session, caller.0, Operation::EnableSmsSignIn, whose, route, Some(kind.0), None).await).await
}

#[when(expr = "{caller} turns off SMS sign-in for {whose} {kind} phone{route}")]
async fn turns_off(world: &mut ScenarioWorld, caller: Who, whose: Whose, kind: Kind, route: Route) -> Result<(), Halt> {
    world.step(async |session| about(session, caller.0, Operation::DisableSmsSignIn, whose, route, Some(kind.0), None).await).await
}

/// Asks for a phone with a number.
async fn create(
    session: &mut Session,
    caller: Caller,
    owner: Owner,
    kind: PhoneType,
    number: String,
    claims: &[(&str, Value)],
) -> Result<(), Halt> {
    let mut body = json!({ "phoneNumber": number, "phoneType": kind.name() });
    for (property, value) in claims {
        body[*property] = value.clone();
    }
    session.requested = Some(Wanted { kind, number });
    session.concerned = Some(kind);
    let account = session.account(owner.address())?;
    session.request(caller, Operation::Create, account, None, Some(Body::json(body.to_string())), session.conversation.version).await
}

/// Asks for a phone in a body of this type.
async fn create_as(session: &mut Session, kind: PhoneType, content_type: Option<String>) -> Result<(), Halt> {
    let text = json!({ "phoneNumber": session.fresh_number(kind), "phoneType": kind.name() }).to_string();
    let account = session.account(Address::Id)?;
    session
        .request(Caller::Administrator, Operation::Create, account, None, Some(Body { content_type, text }), session.conversation.version)
        .await
}

/// Sends a request about all of the user's phones, or about the one of a type.
pub(super) async fn about(
    session: &mut Session,
    caller: Caller,
    operation: Operation,
    whose: Whose,
    route: Route,
    kind: Option<PhoneType>,
    body: Option<Body>,
) -> Result<(), Halt> {
    let account = match (route, whose) {
        (Route::ByName, _) => session.account(Address::Name)?,
        (Route::Ordinary | Route::OtherVersion, Whose::Own) => session.account(Address::Me)?,
        (Route::ById | Route::WellKnown, Whose::Own) | (_, Whose::Users) => session.account(Address::Id)?,
    };
    let version = version(session, route)?;
    // An application is no user, so no phone id is known.
    let phone = kind.map(|kind| {
        if session.lent.is_empty() || route == Route::WellKnown { kind.well_known_id().to_owned() } else { session.phone_id(0, kind) }
    });
    session.concerned = kind;
    session.request(caller, operation, account, phone, body, version).await
}

fn version(session: &Session, route: Route) -> Result<ApiVersion, Halt> {
    match route {
        Route::OtherVersion => session.other_version.ok_or_else(|| Halt::Errored("the plan found no other version".to_owned())),
        _ => Ok(session.conversation.version),
    }
}
