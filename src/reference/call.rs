//! A parsed request.

use std::time::Instant;

use axum::http::Uri;

use super::fault::{Circumstances, Faults};
use super::path::{Owner, Resource};
use super::prefer::Preferences;
use super::query::Query;
use crate::api::{ApiVersion, Edition, Operation};

#[derive(Debug)]
pub(super) struct Call<'a> {
    pub faults: &'a Faults,
    pub edition: Edition,
    pub version: ApiVersion,
    pub operation: Operation,
    pub owner: Owner,
    pub resource: Resource,
    /// The id in the path, for an operation on one phone.
    pub phone_id: String,
    /// Whether the request replaces a phone instead of changing it.
    pub replaces: bool,
    /// Whether the caller is an application.
    pub application: bool,
    /// The scheme and host that the caller used.
    pub root: String,
    /// The path and query as sent.
    pub uri: Uri,
    pub query: Query,
    pub preferences: Preferences,
    /// When the request arrived. Only faults use it.
    pub arrived: Instant,
}

impl Call<'_> {
    /// Whether the server must make a mistake in this request. `mistake` is the id of a fault. If it lacks the
    /// operation, the operation of the request counts.
    pub fn has(&self, mistake: &str) -> bool {
        let by_user_principal_name = self.by_user_principal_name();
        let Self { operation, version, application, .. } = *self;
        self.faults.has(mistake, Circumstances { operation, version, application, by_user_principal_name })
    }

    /// Whether the server must make one of several mistakes in this request.
    pub fn has_any(&self, mistakes: &[&str]) -> bool {
        mistakes.iter().any(|mistake| self.has(mistake))
    }

    pub fn through_me(&self) -> bool {
        self.owner == Owner::Me
    }

    /// Whether the path contains a user principal name instead of an object id.
    pub fn by_user_principal_name(&self) -> bool {
        matches!(&self.owner, Owner::User(user) if user.contains('@'))
    }

    /// Whether phones appear among methods of other kinds, and so must show their type.
    pub fn among_methods(&self) -> bool {
        matches!(self.resource, Resource::Methods | Resource::Method)
    }
}

#[cfg(test)]
impl<'a> Call<'a> {
    pub fn example(faults: &'a Faults, version: ApiVersion) -> Self {
        Self {
            faults,
            edition: Edition::Current,
            version,
            operation: Operation::List,
            owner: Owner::Me,
            resource: Resource::Phones,
            phone_id: String::new(),
            replaces: false,
            application: false,
            root: "http://localhost".to_owned(),
            uri: Uri::default(),
            query: Query::default(),
            preferences: Preferences::default(),
            arrived: Instant::now(),
        }
    }
}
