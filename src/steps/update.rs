//! The steps that change a phone.

use cucumber::when;
use serde_json::{Value, json};

use crate::api::Operation;
use crate::check::Wanted;
use crate::graph::{Body, PhoneType};
use crate::suite::Caller;

use super::parameters::{Kind, Number, Route, Who, Whose};
use super::when::{NUMBER, Target, ask};
use super::{Halt, ScenarioWorld, Session, step};

#[when(
    regex = r#"^(.+) changes the number of (the user's|their own) (mobile|alternateMobile|office) phone(| to one with an extension| to an unspaced one| to the other user's| to the one it has| to ".*")((?:(?: by| in| at) .+)?)$"#
)]
async fn changes(world: &mut ScenarioWorld, caller: Who, whose: Whose, kind: Kind, number: Number, route: Route) -> Result<(), Halt> {
    step(world, async |session| {
        let number = session.number(number, kind.0)?;
        change(session, caller.0, (whose, route), Wanted { kind: kind.0, number }, &[]).await
    })
    .await
}

#[when(expr = "the administrator changes the number of the user's {kind} phone and names its type")]
async fn changes_naming_type(world: &mut ScenarioWorld, kind: Kind) -> Result<(), Halt> {
    step(world, async |session| {
        let number = session.numbers.phone(kind.0);
        change_number(session, kind.0, number, &[("phoneType", json!(kind.0.name()))]).await
    })
    .await
}

#[when(expr = "the administrator changes the number of the user's {kind} phone claiming the {word} {string}")]
async fn changes_claiming(world: &mut ScenarioWorld, kind: Kind, property: String, value: String) -> Result<(), Halt> {
    step(world, async |session| {
        let number = session.numbers.phone(kind.0);
        change_number(session, kind.0, number, &[(property.as_str(), json!(value))]).await
    })
    .await
}

#[when(
    regex = r#"^the administrator changes the number of the user's (mobile|alternateMobile|office) phone (?:as "(.+)"|without a Content-Type)$"#
)]
async fn changes_as(world: &mut ScenarioWorld, kind: Kind, content_type: String) -> Result<(), Halt> {
    step(world, async |session| {
        let text = json!({ "phoneNumber": session.numbers.phone(kind.0) }).to_string();
        update(session, kind.0, Body { content_type: Some(content_type).filter(|name| !name.is_empty()), text }).await
    })
    .await
}

#[when(expr = "the administrator changes the type of the user's {kind} phone to {kind}")]
async fn changes_type(world: &mut ScenarioWorld, kind: Kind, other: Kind) -> Result<(), Halt> {
    let body = json!({ "phoneType": other.0.name() }).to_string();
    step(world, async |session| update(session, kind.0, Body::json(body)).await).await
}

#[when(expr = "the administrator changes the number of the user's {kind} phone, and its type to {kind}")]
async fn changes_number_and_type(world: &mut ScenarioWorld, kind: Kind, other: Kind) -> Result<(), Halt> {
    step(world, async |session| {
        let number = session.numbers.phone(kind.0);
        change_number(session, kind.0, number, &[("phoneType", json!(other.0.name()))]).await
    })
    .await
}

#[when(regex = r"^the administrator updates the user's (mobile|alternateMobile|office) phone from (?:the body (.+)|an empty body)$")]
async fn updates_from(world: &mut ScenarioWorld, kind: Kind, body: String) -> Result<(), Halt> {
    step(world, async |session| {
        let body = body.replace(NUMBER, &session.numbers.phone(kind.0));
        update(session, kind.0, Body::json(body)).await
    })
    .await
}

/// Sends a request to change a phone's number, as any caller and by any route.
async fn change(
    session: &mut Session,
    caller: Caller,
    (whose, route): (Whose, Route),
    wanted: Wanted,
    more: &[(&str, Value)],
) -> Result<(), Halt> {
    let mut body = json!({ "phoneNumber": wanted.number });
    for (property, value) in more {
        body[*property] = value.clone();
    }
    let target = Target { whose, route, kind: Some(wanted.kind) };
    session.asked.requested = Some(wanted);
    ask(session, caller, Operation::Update, target, Some(Body::json(body.to_string()))).await
}

/// Sends the administrator's request to change a phone's number.
async fn change_number(session: &mut Session, kind: PhoneType, number: String, more: &[(&str, Value)]) -> Result<(), Halt> {
    change(session, Caller::Administrator, (Whose::Users, Route::Ordinary), Wanted { kind, number }, more).await
}

async fn update(session: &mut Session, kind: PhoneType, body: Body) -> Result<(), Halt> {
    let target = Target { whose: Whose::Users, route: Route::Ordinary, kind: Some(kind) };
    ask(session, Caller::Administrator, Operation::Update, target, Some(body)).await
}
