@get @access
Feature: Reading a phone: who may
  Tokens, permissions and administrator roles.

  @id:get.token-required @must @reference
  Rule: Nobody can read a phone without a valid bearer token.
    Source: reference:get, Request headers

    @single-answer
    Scenario Outline: <caller> is refused
      Given a user with a mobile phone
      When <caller> reads the user's mobile phone
      Then the request is refused

      Examples:
        | caller                                   |
        | a caller without a token                 |
        | a caller with a garbage token            |
        | a caller with an empty bearer token      |
        | a caller with another scheme than Bearer |

  @id:get.missing-token-is-401 @must @reference
  Rule: A request without a valid token is answered with 401 Unauthorized.
    Source: reference:errors, 401

    @single-answer
    Scenario Outline: <caller> is told to authenticate
      Given a user with a mobile phone
      When <caller> reads the user's mobile phone
      Then the answer is 401 Unauthorized

      Examples:
        | caller                        |
        | a caller without a token      |
        | a caller with a garbage token |

  @id:get.delegated-permission-required @must @reference
  Rule: An administrator whose token lacks the delegated permission cannot read a phone.
    Source: reference:get, Permissions

    @single-answer
    Scenario: An administrator without the permission is refused
      Given a user with a mobile phone
      When an administrator without the permission reads the user's mobile phone
      Then the request is refused

  @id:get.application-permission-required @must @reference
  Rule: An application whose token lacks the application permission cannot read a phone.
    Source: reference:get, Permissions

    @single-answer
    Scenario: An application without the permission is refused
      Given a user with a mobile phone
      When an application without the permission reads the user's mobile phone
      Then the request is refused

  @id:get.role-required @must @reference
  Rule: A signed-in user without a supported administrator role cannot read somebody else's phone.
    Source: reference:get, Permissions

    @single-answer
    Scenario: A caller without a role is refused
      Given a user with a mobile phone
      When a caller without an administrator role reads the user's mobile phone
      Then the request is refused

  @id:get.authentication-administrator-allowed @must @reference
  Rule: An authentication administrator with the delegated permission can read a phone.
    Source: reference:get, Permissions

    @single-answer
    Scenario: An authentication administrator is allowed
      Given a user with a mobile phone
      When an authentication administrator reads the user's mobile phone
      Then the request succeeds

  @id:get.privileged-authentication-administrator-allowed @must @reference
  Rule: A privileged authentication administrator with the delegated permission can read a phone.
    Source: reference:get, Permissions

    @single-answer
    Scenario: A privileged authentication administrator is allowed
      Given a user with a mobile phone
      When a privileged authentication administrator reads the user's mobile phone
      Then the request succeeds
      And the answer shows what the administrator sees

  @id:get.global-administrator-allowed @must @reference @legacy @beta
  Rule: A global administrator with the delegated permission can read a phone.
    Source: reference:roles-until-2023, Permissions

    @single-answer
    Scenario: A global administrator is allowed
      Given a user with a mobile phone
      When a global administrator reads the user's mobile phone
      Then the request succeeds

  @id:get.global-reader-allowed @must @reference
  Rule: A global reader with the delegated permission can read a phone.
    Source: reference:get, Permissions

    @single-answer
    Scenario: A global reader is allowed
      Given a user with a mobile phone
      When a global reader reads the user's mobile phone
      Then the request succeeds

  @id:get.application-allowed @must @reference
  Rule: An application with the application permission can read a phone.
    Source: reference:get, Permissions

    @single-answer
    Scenario: An application is allowed
      Given a user with a mobile phone
      When an application reads the user's mobile phone
      Then the request succeeds
      And the answer shows what the administrator sees

  @id:get.personal-account-refused @must @reference
  Rule: A personal Microsoft account cannot read a phone.
    Source: reference:get, Permissions

    @single-answer
    Scenario: A personal account is refused
      Given a user with a mobile phone
      When a personal account reads the user's mobile phone
      Then the request is refused

  @id:get.application-has-no-me @must @reference
  Rule: An application has no account of its own to address as /me.
    Source: reference:delete, HTTP request
    Source: observed, an application's request to /me

    @single-answer
    Scenario: An application is refused under /me
      Given an application has tried to add a mobile phone for themself
      When an application reads their own mobile phone
      Then the request is refused

  @id:get.self-allowed @must @reference
  Rule: Users can read a phone of their own under /me.
    Source: reference:get, Permissions
    Source: reference:get, HTTP request

    Scenario: The user is allowed under /me
      Given a user with a mobile phone
      When the user reads their own mobile phone
      Then the request succeeds

  @id:get.self-permission-required @must @reference
  Rule: Users whose token lacks the permission cannot read a phone of their own.
    Source: reference:get, Permissions
    Source: reference:get, HTTP request

    @single-answer
    Scenario: The user is refused without the permission
      Given a user with a mobile phone
      When the user without the permission reads their own mobile phone
      Then the request is refused

  @id:get.self-permission-does-not-reach-others @must @reference
  Rule: The permission to manage one's own phones does not let a user read somebody else's phone.
    Source: reference:get, Permissions

    @single-answer
    Scenario: A fellow user is refused
      Given a user with a mobile phone
      When a fellow user reads the user's mobile phone
      Then the request is refused

  @id:get.phone-permission-allowed @advisory @reference @current
  Rule: An administrator whose only permission is UserAuthMethod-Phone.ReadWrite.All can read a phone.
    Source: reference:get, Permissions

    @single-answer
    Scenario: An administrator with the phone permission is allowed
      Given a user with a mobile phone
      When an administrator with the phone permission reads the user's mobile phone
      Then the request succeeds

  @id:get.permission-to-read-allowed @advisory @reference @current
  Rule: An administrator whose only permission is UserAuthMethod-Phone.Read.All can read a phone.
    Source: reference:get, Permissions

    @single-answer
    Scenario: An administrator with the permission to read is allowed
      Given a user with a mobile phone
      When an administrator with the phone permission to read reads the user's mobile phone
      Then the request succeeds

  @id:get.application-phone-permission-allowed @advisory @reference @current
  Rule: An application whose only permission is UserAuthMethod-Phone.ReadWrite.All can read a phone.
    Source: reference:get, Permissions

    @single-answer
    Scenario: An application with the phone permission is allowed
      Given a user with a mobile phone
      When an application with the phone permission reads the user's mobile phone
      Then the request succeeds
      And the answer shows what the administrator sees

  @id:get.application-permission-to-read-allowed @advisory @reference @current
  Rule: An application whose only permission is UserAuthMethod-Phone.Read.All can read a phone.
    Source: reference:get, Permissions

    @single-answer
    Scenario: An application with the permission to read is allowed
      Given a user with a mobile phone
      When an application with the phone permission to read reads the user's mobile phone
      Then the request succeeds
      And the answer shows what the administrator sees

  @id:get.self-phone-permission-allowed @advisory @reference @current
  Rule: Users whose only permission is UserAuthMethod-Phone.ReadWrite can read a phone of their own under /me.
    Source: reference:get, Permissions
    Source: reference:get, HTTP request

    Scenario: The user with the phone permission is allowed
      Given a user with a mobile phone
      When the user with the phone permission reads their own mobile phone
      Then the request succeeds

  @id:get.self-permission-to-read-allowed @advisory @reference @current
  Rule: Users whose only permission is UserAuthMethod-Phone.Read can read a phone of their own under /me.
    Source: reference:get, Permissions
    Source: reference:get, HTTP request

    Scenario: The user with the permission to read is allowed
      Given a user with a mobile phone
      When the user with the phone permission to read reads their own mobile phone
      Then the request succeeds
