@update @access
Feature: Updating a phone: who may
  Each row of a table is a rule of its own. `scope` is the permission in the caller's token, `role` the role of the signed-in user, and
  “either administrator role” is Authentication Administrator or Privileged Authentication Administrator. cast.toml has the callers.
  A row without tags goes on with the rule of that name above.

  @id:update.token-required @must @reference
  Rule: Nobody can update a phone without a valid bearer token.
    Source: reference:update, Request headers

    @single-answer
    Scenario Outline: <caller> is refused
      Given a user with a mobile phone
      When <caller> changes the number of the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | caller                                   |
        | a caller without a token                 |
        | a caller with a garbage token            |
        | a caller with an empty bearer token      |
        | a caller with another scheme than Bearer |
        | a caller with a token but no scheme      |

  @id:update.missing-token-is-401 @must @reference
  Rule: A request without a token, or with one that nobody issued, is answered with 401 Unauthorized.
    Source: reference:errors, 401

    @single-answer
    Scenario Outline: <caller> is told to authenticate
      Given a user with a mobile phone
      When <caller> changes the number of the user's mobile phone
      Then the answer is 401 Unauthorized

      Examples:
        | caller                        |
        | a caller without a token      |
        | a caller with a garbage token |

  Rule: <caller> (<scope>, <role>) can update a phone.

    @single-answer
    Scenario Outline: <caller> is allowed
      Given a user with a mobile phone
      When <caller> changes the number of the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

      Examples:
        | rule                                                   | caller                                     | scope                                  | role                                    | tags                           | source                                  |
        | update.authentication-administrator-allowed            | an authentication administrator            | UserAuthenticationMethod.ReadWrite.All | Authentication Administrator            | @must @reference               | reference:update, Permissions           |
        | update.privileged-authentication-administrator-allowed | a privileged authentication administrator  | UserAuthenticationMethod.ReadWrite.All | Privileged Authentication Administrator | @must @reference               | reference:update, Permissions           |
        | update.global-administrator-allowed                    | a global administrator                     | UserAuthenticationMethod.ReadWrite.All | Global Administrator                    | @must @reference @legacy @beta | reference:roles-until-2023, Permissions |
        | update.application-allowed                             | an application                             | UserAuthenticationMethod.ReadWrite.All | nobody signed in                        | @must @reference               | reference:update, Permissions           |
        | update.phone-permission-allowed                        | an administrator with the phone permission | UserAuthMethod-Phone.ReadWrite.All     | either administrator role               | @advisory @reference @current  | reference:update, Permissions           |
        | update.application-phone-permission-allowed            | an application with the phone permission   | UserAuthMethod-Phone.ReadWrite.All     | nobody signed in                        | @advisory @reference @current  | reference:update, Permissions           |

  Rule: <caller> (<scope>, <role>) cannot update a phone.

    @single-answer
    Scenario Outline: <caller> is refused
      Given a user with a mobile phone
      When <caller> changes the number of the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | rule                                                  | caller                                             | scope                                  | role                      | tags                      | source                        |
        | update.delegated-permission-required                  | an administrator without the permission            | User.Read                              | either administrator role | @must @reference          | reference:update, Permissions |
        | update.application-permission-required                | an application without the permission              | User.Read.All                          | nobody signed in          | @must @reference          | reference:update, Permissions |
        | update.methods-permission-to-read-refused             | an administrator with the permission to read       | UserAuthenticationMethod.Read.All      | either administrator role | @must @reference          | reference:update, Permissions |
        | update.application-methods-permission-to-read-refused | an application with the permission to read         | UserAuthenticationMethod.Read.All      | nobody signed in          | @must @reference          | reference:update, Permissions |
        | update.role-required                                  | a caller without an administrator role             | UserAuthenticationMethod.ReadWrite.All | no role                   | @must @reference          | reference:update, Permissions |
        | update.global-reader-refused                          | a global reader                                    | UserAuthenticationMethod.ReadWrite.All | Global Reader             | @must @reference          | reference:update, Permissions |
        | update.personal-account-refused                       | a personal account                                 | UserAuthenticationMethod.ReadWrite     | no role                   | @must @reference          | reference:update, Permissions |
        | update.self-permission-does-not-reach-others          | a fellow user                                      | UserAuthenticationMethod.ReadWrite     | no role                   | @must @reference          | reference:update, Permissions |
        | update.permission-to-read-refused                     | an administrator with the phone permission to read | UserAuthMethod-Phone.Read.All          | either administrator role | @must @reference @current | reference:update, Permissions |
        | update.application-permission-to-read-refused         | an application with the phone permission to read   | UserAuthMethod-Phone.Read.All          | nobody signed in          | @must @reference @current | reference:update, Permissions |

  Rule: <caller> (<scope>, <role>) can update a phone of their own in the legacy edition.

    Scenario Outline: <caller> is allowed under /me
      Given a user with a mobile phone
      When <caller> changes the number of their own mobile phone
      Then the request succeeds
      And the user has a mobile phone

      Examples:
        | rule                | caller   | scope                              | role    | tags                           | source                              |
        | update.self-allowed | the user | UserAuthenticationMethod.ReadWrite | no role | @must @reference @legacy @beta | reference:update-beta, HTTP request |

  Rule: <caller> (<scope>, <role>) cannot update a phone of their own.

    @single-answer
    Scenario Outline: <caller> is refused for their own account
      Given a user with a mobile phone
      When <caller> changes the number of their own mobile phone
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | rule                            | caller                              | scope                                  | role                      | tags                           | source                              |
        | update.self-refused             | the user                            | UserAuthenticationMethod.ReadWrite     | no role                   | @must @reference @current      | reference:update, HTTP request      |
        | update.self-with-role-refused   | the user with an administrator role | UserAuthenticationMethod.ReadWrite.All | either administrator role | @must @reference @current      | reference:update, HTTP request      |
        | update.self-permission-required | the user without the permission     | User.Read                              | no role                   | @must @reference @legacy @beta | reference:update-beta, HTTP request |

  Rule: <caller> (<scope>, <role>) cannot update a phone under /me.
    Without a phone of their own a refusal would show nothing, so an attempt to add one comes first.

    @single-answer
    Scenario Outline: <caller> is refused under /me
      Given <caller> has tried to add a mobile phone for themself
      When <caller> changes the number of their own mobile phone
      Then the request is refused

      Examples:
        | rule                            | caller             | scope                                  | role             | tags             | source                                                                    |
        | update.personal-account-refused | a personal account | UserAuthenticationMethod.ReadWrite     | no role          |                  |                                                                           |
        | update.application-has-no-me    | an application     | UserAuthenticationMethod.ReadWrite.All | nobody signed in | @must @reference | reference:delete, HTTP request; observed, an application's request to /me |
