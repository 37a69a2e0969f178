@disable-sms-sign-in @access
Feature: Turning off SMS sign-in: who may
  Each row of a table is a rule of its own. `scope` is the permission in the caller's token, `role` the role of the signed-in user, and
  “either administrator role” is Authentication Administrator or Privileged Authentication Administrator. cast.toml has the callers.
  A row without tags goes on with the rule of that name above.

  @id:disable-sms-sign-in.token-required @must @reference
  Rule: Nobody can turn off SMS sign-in without a valid bearer token.
    Source: reference:disable-sms-sign-in, Request headers

    @single-answer
    Scenario Outline: <caller> is refused
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When <caller> turns off SMS sign-in for the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | caller                                   |
        | a caller without a token                 |
        | a caller with a garbage token            |
        | a caller with an empty bearer token      |
        | a caller with another scheme than Bearer |
        | a caller with a token but no scheme      |

  @id:disable-sms-sign-in.missing-token-is-401 @must @reference
  Rule: A request without a token, or with one that nobody issued, is answered with 401 Unauthorized.
    Source: reference:errors, 401

    @single-answer
    Scenario Outline: <caller> is told to authenticate
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When <caller> turns off SMS sign-in for the user's mobile phone
      Then the answer is 401 Unauthorized

      Examples:
        | caller                        |
        | a caller without a token      |
        | a caller with a garbage token |

  Rule: <caller> (<scope>, <role>) can turn off SMS sign-in for a user's phone.

    @single-answer
    Scenario Outline: <caller> is allowed
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When <caller> turns off SMS sign-in for the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

      Examples:
        | rule                                                                | caller                                     | scope                                  | role                                    | tags                           | source                                     |
        | disable-sms-sign-in.authentication-administrator-allowed            | an authentication administrator            | UserAuthenticationMethod.ReadWrite.All | Authentication Administrator            | @must @reference               | reference:disable-sms-sign-in, Permissions |
        | disable-sms-sign-in.privileged-authentication-administrator-allowed | a privileged authentication administrator  | UserAuthenticationMethod.ReadWrite.All | Privileged Authentication Administrator | @must @reference               | reference:disable-sms-sign-in, Permissions |
        | disable-sms-sign-in.global-administrator-allowed                    | a global administrator                     | UserAuthenticationMethod.ReadWrite.All | Global Administrator                    | @must @reference @legacy @beta | reference:roles-until-2023, Permissions    |
        | disable-sms-sign-in.application-allowed                             | an application                             | UserAuthenticationMethod.ReadWrite.All | nobody signed in                        | @must @reference               | reference:disable-sms-sign-in, Permissions |
        | disable-sms-sign-in.phone-permission-allowed                        | an administrator with the phone permission | UserAuthMethod-Phone.ReadWrite.All     | either administrator role               | @advisory @reference @current  | reference:disable-sms-sign-in, Permissions |
        | disable-sms-sign-in.application-phone-permission-allowed            | an application with the phone permission   | UserAuthMethod-Phone.ReadWrite.All     | nobody signed in                        | @advisory @reference @current  | reference:disable-sms-sign-in, Permissions |

  Rule: <caller> (<scope>, <role>) cannot turn off SMS sign-in for a user's phone.

    @single-answer
    Scenario Outline: <caller> is refused
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When <caller> turns off SMS sign-in for the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | rule                                                               | caller                                             | scope                                  | role                      | tags                      | source                                     |
        | disable-sms-sign-in.delegated-permission-required                  | an administrator without the permission            | User.Read                              | either administrator role | @must @reference          | reference:disable-sms-sign-in, Permissions |
        | disable-sms-sign-in.application-permission-required                | an application without the permission              | User.Read.All                          | nobody signed in          | @must @reference          | reference:disable-sms-sign-in, Permissions |
        | disable-sms-sign-in.methods-permission-to-read-refused             | an administrator with the permission to read       | UserAuthenticationMethod.Read.All      | either administrator role | @must @reference          | reference:disable-sms-sign-in, Permissions |
        | disable-sms-sign-in.application-methods-permission-to-read-refused | an application with the permission to read         | UserAuthenticationMethod.Read.All      | nobody signed in          | @must @reference          | reference:disable-sms-sign-in, Permissions |
        | disable-sms-sign-in.role-required                                  | a caller without an administrator role             | UserAuthenticationMethod.ReadWrite.All | no role                   | @must @reference          | reference:disable-sms-sign-in, Permissions |
        | disable-sms-sign-in.global-reader-refused                          | a global reader                                    | UserAuthenticationMethod.ReadWrite.All | Global Reader             | @must @reference          | reference:disable-sms-sign-in, Permissions |
        | disable-sms-sign-in.personal-account-refused                       | a personal account                                 | UserAuthenticationMethod.ReadWrite     | no role                   | @must @reference          | reference:disable-sms-sign-in, Permissions |
        | disable-sms-sign-in.self-permission-does-not-reach-others          | a fellow user                                      | UserAuthenticationMethod.ReadWrite     | no role                   | @must @reference          | reference:disable-sms-sign-in, Permissions |
        | disable-sms-sign-in.permission-to-read-refused                     | an administrator with the phone permission to read | UserAuthMethod-Phone.Read.All          | either administrator role | @must @reference @current | reference:disable-sms-sign-in, Permissions |
        | disable-sms-sign-in.application-permission-to-read-refused         | an application with the phone permission to read   | UserAuthMethod-Phone.Read.All          | nobody signed in          | @must @reference @current | reference:disable-sms-sign-in, Permissions |

  Rule: <caller> (<scope>, <role>) can turn off SMS sign-in for their own phone.

    Scenario Outline: <caller> is allowed under /me
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When <caller> turns off SMS sign-in for their own mobile phone
      Then the request succeeds

      Examples:
        | rule                                              | caller                             | scope                              | role    | tags                          | source                                                                                  |
        | disable-sms-sign-in.self-allowed                  | the user                           | UserAuthenticationMethod.ReadWrite | no role | @must @reference              | reference:disable-sms-sign-in, Permissions; reference:disable-sms-sign-in, HTTP request |
        | disable-sms-sign-in.self-phone-permission-allowed | the user with the phone permission | UserAuthMethod-Phone.ReadWrite     | no role | @advisory @reference @current | reference:disable-sms-sign-in, Permissions; reference:disable-sms-sign-in, HTTP request |

  Rule: <caller> (<scope>, <role>) cannot turn off SMS sign-in for their own phone.

    @single-answer
    Scenario Outline: <caller> is refused for their own account
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When <caller> turns off SMS sign-in for their own mobile phone
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | rule                                                        | caller                                     | scope                         | role    | tags                      | source                                                                                  |
        | disable-sms-sign-in.self-permission-required                | the user without the permission            | User.Read                     | no role | @must @reference          | reference:disable-sms-sign-in, Permissions; reference:disable-sms-sign-in, HTTP request |
        | disable-sms-sign-in.self-methods-permission-to-read-refused | the user with the permission to read       | UserAuthenticationMethod.Read | no role | @must @reference          | reference:disable-sms-sign-in, Permissions; reference:disable-sms-sign-in, HTTP request |
        | disable-sms-sign-in.self-permission-to-read-refused         | the user with the phone permission to read | UserAuthMethod-Phone.Read     | no role | @must @reference @current | reference:disable-sms-sign-in, Permissions; reference:disable-sms-sign-in, HTTP request |

  Rule: <caller> (<scope>, <role>) cannot turn off SMS sign-in under /me.
    Without a phone of their own a refusal would show nothing, so an attempt to add one comes first.

    @single-answer
    Scenario Outline: <caller> is refused under /me
      Given <caller> has tried to add a mobile phone for themself
      When <caller> turns off SMS sign-in for their own mobile phone
      Then the request is refused

      Examples:
        | rule                                         | caller             | scope                                  | role             | tags             | source                                                                    |
        | disable-sms-sign-in.personal-account-refused | a personal account | UserAuthenticationMethod.ReadWrite     | no role          |                  |                                                                           |
        | disable-sms-sign-in.application-has-no-me    | an application     | UserAuthenticationMethod.ReadWrite.All | nobody signed in | @must @reference | reference:delete, HTTP request; observed, an application's request to /me |
