@delete @access
Feature: Deleting a phone: who may
  Each row of a table is a rule of its own. `scope` is the permission in the caller's token, `role` the role of the signed-in user, and
  “either administrator role” is Authentication Administrator or Privileged Authentication Administrator. cast.toml has the callers.
  A row without tags goes on with the rule of that name above.

  @id:delete.token-required @must @reference
  Rule: Nobody can delete a phone without a valid bearer token.
    Source: reference:delete, Request headers

    @single-answer
    Scenario Outline: <caller> is refused
      Given a user with a mobile phone
      When <caller> deletes the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | caller                                   |
        | a caller without a token                 |
        | a caller with a garbage token            |
        | a caller with an empty bearer token      |
        | a caller with another scheme than Bearer |
        | a caller with a token but no scheme      |

  @id:delete.missing-token-is-401 @must @reference
  Rule: A request without a token, or with one that nobody issued, is answered with 401 Unauthorized.
    Source: reference:errors, 401

    @single-answer
    Scenario Outline: <caller> is told to authenticate
      Given a user with a mobile phone
      When <caller> deletes the user's mobile phone
      Then the answer is 401 Unauthorized

      Examples:
        | caller                        |
        | a caller without a token      |
        | a caller with a garbage token |

  Rule: <caller> (<scope>, <role>) can delete a phone.

    @single-answer
    Scenario Outline: <caller> is allowed
      Given a user with a mobile phone
      When <caller> deletes the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

      Examples:
        | rule                                                   | caller                                     | scope                                  | role                                    | tags                           | source                                  |
        | delete.authentication-administrator-allowed            | an authentication administrator            | UserAuthenticationMethod.ReadWrite.All | Authentication Administrator            | @must @reference               | reference:delete, Permissions           |
        | delete.privileged-authentication-administrator-allowed | a privileged authentication administrator  | UserAuthenticationMethod.ReadWrite.All | Privileged Authentication Administrator | @must @reference               | reference:delete, Permissions           |
        | delete.global-administrator-allowed                    | a global administrator                     | UserAuthenticationMethod.ReadWrite.All | Global Administrator                    | @must @reference @legacy @beta | reference:roles-until-2023, Permissions |
        | delete.application-allowed                             | an application                             | UserAuthenticationMethod.ReadWrite.All | nobody signed in                        | @must @reference               | reference:delete, Permissions           |
        | delete.phone-permission-allowed                        | an administrator with the phone permission | UserAuthMethod-Phone.ReadWrite.All     | either administrator role               | @advisory @reference @current  | reference:delete, Permissions           |
        | delete.application-phone-permission-allowed            | an application with the phone permission   | UserAuthMethod-Phone.ReadWrite.All     | nobody signed in                        | @advisory @reference @current  | reference:delete, Permissions           |

  Rule: <caller> (<scope>, <role>) cannot delete a phone.

    @single-answer
    Scenario Outline: <caller> is refused
      Given a user with a mobile phone
      When <caller> deletes the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | rule                                                  | caller                                             | scope                                  | role                      | tags                      | source                        |
        | delete.delegated-permission-required                  | an administrator without the permission            | User.Read                              | either administrator role | @must @reference          | reference:delete, Permissions |
        | delete.application-permission-required                | an application without the permission              | User.Read.All                          | nobody signed in          | @must @reference          | reference:delete, Permissions |
        | delete.methods-permission-to-read-refused             | an administrator with the permission to read       | UserAuthenticationMethod.Read.All      | either administrator role | @must @reference          | reference:delete, Permissions |
        | delete.application-methods-permission-to-read-refused | an application with the permission to read         | UserAuthenticationMethod.Read.All      | nobody signed in          | @must @reference          | reference:delete, Permissions |
        | delete.role-required                                  | a caller without an administrator role             | UserAuthenticationMethod.ReadWrite.All | no role                   | @must @reference          | reference:delete, Permissions |
        | delete.global-reader-refused                          | a global reader                                    | UserAuthenticationMethod.ReadWrite.All | Global Reader             | @must @reference          | reference:delete, Permissions |
        | delete.personal-account-refused                       | a personal account                                 | UserAuthenticationMethod.ReadWrite     | no role                   | @must @reference          | reference:delete, Permissions |
        | delete.self-permission-does-not-reach-others          | a fellow user                                      | UserAuthenticationMethod.ReadWrite     | no role                   | @must @reference          | reference:delete, Permissions |
        | delete.permission-to-read-refused                     | an administrator with the phone permission to read | UserAuthMethod-Phone.Read.All          | either administrator role | @must @reference @current | reference:delete, Permissions |
        | delete.application-permission-to-read-refused         | an application with the phone permission to read   | UserAuthMethod-Phone.Read.All          | nobody signed in          | @must @reference @current | reference:delete, Permissions |

  Rule: <caller> (<scope>, <role>) can delete a phone of their own.

    Scenario Outline: <caller> is allowed under /me
      Given a user with a mobile phone
      When <caller> deletes their own mobile phone
      Then the request succeeds

      Examples:
        | rule                                 | caller                             | scope                              | role    | tags                          | source                                                        |
        | delete.self-allowed                  | the user                           | UserAuthenticationMethod.ReadWrite | no role | @must @reference              | reference:delete, Permissions; reference:delete, HTTP request |
        | delete.self-phone-permission-allowed | the user with the phone permission | UserAuthMethod-Phone.ReadWrite     | no role | @advisory @reference @current | reference:delete, Permissions; reference:delete, HTTP request |

  Rule: <caller> (<scope>, <role>) cannot delete a phone of their own.

    @single-answer
    Scenario Outline: <caller> is refused for their own account
      Given a user with a mobile phone
      When <caller> deletes their own mobile phone
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | rule                                           | caller                                     | scope                         | role    | tags                      | source                                                        |
        | delete.self-permission-required                | the user without the permission            | User.Read                     | no role | @must @reference          | reference:delete, Permissions; reference:delete, HTTP request |
        | delete.self-methods-permission-to-read-refused | the user with the permission to read       | UserAuthenticationMethod.Read | no role | @must @reference          | reference:delete, Permissions; reference:delete, HTTP request |
        | delete.self-permission-to-read-refused         | the user with the phone permission to read | UserAuthMethod-Phone.Read     | no role | @must @reference @current | reference:delete, Permissions; reference:delete, HTTP request |

  Rule: <caller> (<scope>, <role>) cannot delete a phone under /me.
    Without a phone of their own a refusal would show nothing, so an attempt to add one comes first.

    @single-answer
    Scenario Outline: <caller> is refused under /me
      Given <caller> has tried to add a mobile phone for themself
      When <caller> deletes their own mobile phone
      Then the request is refused

      Examples:
        | rule                            | caller             | scope                                  | role             | tags             | source                         |
        | delete.personal-account-refused | a personal account | UserAuthenticationMethod.ReadWrite     | no role          |                  |                                |
        | delete.application-has-no-me    | an application     | UserAuthenticationMethod.ReadWrite.All | nobody signed in | @must @reference | reference:delete, HTTP request |
