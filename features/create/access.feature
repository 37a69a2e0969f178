@create @access
Feature: Creating a phone: who may
  Each row of a table is a rule of its own. `scope` is the permission in the caller's token, `role` the role of the signed-in user, and
  “either administrator role” is Authentication Administrator or Privileged Authentication Administrator. cast.toml has the callers.
  A row without tags goes on with the rule of that name above.

  @id:create.token-required @must @stated
  Rule: Nobody can create a phone without a valid bearer token.
    Source: create-v1.0-ja + create-beta-en + create-beta-es, Request headers; create-beta-en, Permissions

    @single-answer
    Scenario Outline: <caller> is refused
      Given a user with no phones
      When <caller> adds a mobile phone for the user
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | caller                                   |
        | a caller without a token                 |
        | a caller with a garbage token            |
        | a caller with an empty bearer token      |
        | a caller with another scheme than Bearer |
        | a caller with a token but no scheme      |

  @id:create.missing-token-is-401 @must @reference
  Rule: A request without a token, or with one that nobody issued, is answered with 401 Unauthorized.
    Source: reference:errors, 401

    @single-answer
    Scenario Outline: <caller> is told to authenticate
      Given a user with no phones
      When <caller> adds a mobile phone for the user
      Then the answer is 401 Unauthorized

      Examples:
        | caller                        |
        | a caller without a token      |
        | a caller with a garbage token |

  Rule: <caller> (<scope>, <role>) can create a phone.

    @single-answer
    Scenario Outline: <caller> is allowed
      Given a user with no phones
      When <caller> adds a mobile phone for the user
      Then the request succeeds
      And the user's phones have changed

      Examples:
        | rule                                                   | caller                                     | scope                                  | role                                    | tags                          | source                                                                                          |
        | create.authentication-administrator-allowed            | an authentication administrator            | UserAuthenticationMethod.ReadWrite.All | Authentication Administrator            | @must @stated                 | create-v1.0-ja + create-beta-es, Permissions; create-beta-en, Permissions acting on other users |
        | create.privileged-authentication-administrator-allowed | a privileged authentication administrator  | UserAuthenticationMethod.ReadWrite.All | Privileged Authentication Administrator | @must @stated                 | create-v1.0-ja + create-beta-es, Permissions; create-beta-en, Permissions acting on other users |
        | create.global-administrator-allowed                    | a global administrator                     | UserAuthenticationMethod.ReadWrite.All | Global Administrator                    | @must @stated @legacy @beta   | create-beta-en, Permissions acting on other users                                               |
        | create.application-allowed                             | an application                             | UserAuthenticationMethod.ReadWrite.All | nobody signed in                        | @must @stated                 | create-v1.0-ja + create-beta-es, Permissions; create-beta-en, Permissions acting on other users |
        | create.phone-permission-allowed                        | an administrator with the phone permission | UserAuthMethod-Phone.ReadWrite.All     | either administrator role               | @advisory @reference @current | reference:create, Permissions                                                                   |
        | create.application-phone-permission-allowed            | an application with the phone permission   | UserAuthMethod-Phone.ReadWrite.All     | nobody signed in                        | @advisory @reference @current | reference:create, Permissions                                                                   |

  Rule: <caller> (<scope>, <role>) cannot create a phone.

    @single-answer
    Scenario Outline: <caller> is refused
      Given a user with no phones
      When <caller> adds a mobile phone for the user
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | rule                                                  | caller                                             | scope                                  | role                      | tags                      | source                                                                                                                                      |
        | create.delegated-permission-required                  | an administrator without the permission            | User.Read                              | either administrator role | @must @stated             | create-v1.0-ja + create-beta-es + create-beta-en, Permissions; create-beta-en, Permissions acting on other users                            |
        | create.application-permission-required                | an application without the permission              | User.Read.All                          | nobody signed in          | @must @stated             | create-v1.0-ja + create-beta-es + create-beta-en, Permissions; create-beta-en, Permissions acting on other users                            |
        | create.methods-permission-to-read-refused             | an administrator with the permission to read       | UserAuthenticationMethod.Read.All      | either administrator role | @must @stated             | create-v1.0-ja + create-beta-es + create-beta-en, Permissions; create-beta-en, Permissions acting on other users                            |
        | create.application-methods-permission-to-read-refused | an application with the permission to read         | UserAuthenticationMethod.Read.All      | nobody signed in          | @must @stated             | create-v1.0-ja + create-beta-es + create-beta-en, Permissions; create-beta-en, Permissions acting on other users                            |
        | create.role-required                                  | a caller without an administrator role             | UserAuthenticationMethod.ReadWrite.All | no role                   | @must @stated             | create-v1.0-ja + create-beta-es, Permissions; create-beta-en, Permissions acting on other users                                             |
        | create.global-reader-refused                          | a global reader                                    | UserAuthenticationMethod.ReadWrite.All | Global Reader             | @must @stated             | create-beta-en, Permissions acting on other users; reference:create, Permissions                                                            |
        | create.personal-account-refused                       | a personal account                                 | UserAuthenticationMethod.ReadWrite     | no role                   | @must @stated             | create-v1.0-ja + create-beta-es, Permissions; create-beta-en, Permissions acting on self; create-beta-en, Permissions acting on other users |
        | create.self-permission-does-not-reach-others          | a fellow user                                      | UserAuthenticationMethod.ReadWrite     | no role                   | @must @stated             | create-beta-en, Permissions acting on self; create-beta-en, Permissions acting on other users; create-beta-es, Permissions                  |
        | create.permission-to-read-refused                     | an administrator with the phone permission to read | UserAuthMethod-Phone.Read.All          | either administrator role | @must @reference @current | reference:create, Permissions                                                                                                               |
        | create.application-permission-to-read-refused         | an application with the phone permission to read   | UserAuthMethod-Phone.Read.All          | nobody signed in          | @must @reference @current | reference:create, Permissions                                                                                                               |

  Rule: <caller> (<scope>, <role>) can create a phone of their own in the legacy edition.

    Scenario Outline: <caller> is allowed under /me
      Given a user with no phones
      When <caller> adds a mobile phone for themself
      Then the request succeeds
      And the user has a mobile phone

      Examples:
        | rule                | caller   | scope                              | role    | tags                        | source                                                                                             |
        | create.self-allowed | the user | UserAuthenticationMethod.ReadWrite | no role | @must @stated @legacy @beta | create-beta-en, Permissions acting on self; create-beta-en, HTTP request; create-beta-en, Examples |

  Rule: <caller> (<scope>, <role>) cannot create a phone of their own.

    @single-answer
    Scenario Outline: <caller> is refused <a phone> for their own account
      Given a user with <before>
      When <caller> adds <a phone> for themself
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | rule                            | caller                              | a phone                  | before         | scope                                  | role                      | tags                        | source                                                                                                |
        | create.self-refused             | the user                            | a mobile phone           | no phones      | UserAuthenticationMethod.ReadWrite     | no role                   | @must @stated @current      | create-v1.0-ja + create-beta-es, Permissions; create-v1.0-ja + create-beta-es, HTTP request           |
        | create.self-refused             | the user                            | an alternateMobile phone | a mobile phone | UserAuthenticationMethod.ReadWrite     | no role                   |                             |                                                                                                       |
        | create.self-refused             | the user                            | an office phone          | a mobile phone | UserAuthenticationMethod.ReadWrite     | no role                   |                             |                                                                                                       |
        | create.self-with-role-refused   | the user with an administrator role | a mobile phone           | no phones      | UserAuthenticationMethod.ReadWrite.All | either administrator role | @must @stated @current      | create-v1.0-ja + create-beta-es, Permissions; create-v1.0-ja + create-beta-es, HTTP request           |
        | create.self-permission-required | the user without the permission     | a mobile phone           | no phones      | User.Read                              | no role                   | @must @stated @legacy @beta | create-beta-en, Permissions acting on self; create-beta-en, HTTP request; create-beta-en, Permissions |

  Rule: <caller> (<scope>, <role>) cannot create a phone under /me.

    @single-answer
    Scenario Outline: <caller> is refused <a phone> under /me
      When <caller> adds <a phone> for themself
      Then the request is refused

      Examples:
        | rule                            | caller             | a phone                  | scope                                  | role             | tags          | source                                                                     |
        | create.application-has-no-me    | an application     | a mobile phone           | UserAuthenticationMethod.ReadWrite.All | nobody signed in | @must @stated | create-beta-en, Permissions acting on self; reference:delete, HTTP request |
        | create.application-has-no-me    | an application     | an alternateMobile phone | UserAuthenticationMethod.ReadWrite.All | nobody signed in |               |                                                                            |
        | create.application-has-no-me    | an application     | an office phone          | UserAuthenticationMethod.ReadWrite.All | nobody signed in |               |                                                                            |
        | create.personal-account-refused | a personal account | a mobile phone           | UserAuthenticationMethod.ReadWrite     | no role          |               |                                                                            |
