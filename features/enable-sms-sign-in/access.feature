@enable-sms-sign-in @access
Feature: Turning on SMS sign-in: who may
  Tokens, permissions and administrator roles.

  @id:enable-sms-sign-in.token-required @must @stated
  Rule: Nobody can turn on SMS sign-in without a valid bearer token.
    Source: enable-v1.0-fr, Request headers
    Source: enable-v1.0-fr, Permissions

    @single-answer
    Scenario Outline: <caller> is refused
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When <caller> turns on SMS sign-in for the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | caller                                   |
        | a caller without a token                 |
        | a caller with a garbage token            |
        | a caller with an empty bearer token      |
        | a caller with another scheme than Bearer |

  @id:enable-sms-sign-in.missing-token-is-401 @must @reference
  Rule: A request without a valid token is answered with 401 Unauthorized.
    Source: reference:errors, 401

    @single-answer
    Scenario Outline: <caller> is told to authenticate
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When <caller> turns on SMS sign-in for the user's mobile phone
      Then the answer is 401 Unauthorized

      Examples:
        | caller                        |
        | a caller without a token      |
        | a caller with a garbage token |

  @id:enable-sms-sign-in.delegated-permission-required @must @stated
  Rule: An administrator whose token lacks the delegated permission cannot turn on SMS sign-in.
    Source: enable-v1.0-fr, Permissions acting on other users
    Source: enable-v1.0-fr, Permissions

    @single-answer
    Scenario: An administrator without the permission is refused
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When an administrator without the permission turns on SMS sign-in for the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:enable-sms-sign-in.application-permission-required @must @stated
  Rule: An application whose token lacks the application permission cannot turn on SMS sign-in.
    Source: enable-v1.0-fr, Permissions acting on other users
    Source: enable-v1.0-fr, Permissions

    @single-answer
    Scenario: An application without the permission is refused
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When an application without the permission turns on SMS sign-in for the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:enable-sms-sign-in.role-required @must @stated
  Rule: A signed-in user without a supported administrator role cannot turn on SMS sign-in for somebody else.
    Source: enable-v1.0-fr, Permissions acting on other users

    @single-answer
    Scenario: A caller without a role is refused
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When a caller without an administrator role turns on SMS sign-in for the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:enable-sms-sign-in.authentication-administrator-allowed @must @stated
  Rule: An authentication administrator with the delegated permission can turn on SMS sign-in.
    Source: enable-v1.0-fr, Permissions acting on other users

    @single-answer
    Scenario: An authentication administrator is allowed
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When an authentication administrator turns on SMS sign-in for the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:enable-sms-sign-in.privileged-authentication-administrator-allowed @must @stated
  Rule: A privileged authentication administrator with the delegated permission can turn on SMS sign-in.
    Source: enable-v1.0-fr, Permissions acting on other users

    @single-answer
    Scenario: A privileged authentication administrator is allowed
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When a privileged authentication administrator turns on SMS sign-in for the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:enable-sms-sign-in.global-administrator-allowed @must @reference @legacy @beta
  Rule: A global administrator with the delegated permission can turn on SMS sign-in.
    Source: reference:roles-until-2023, Permissions

    @single-answer
    Scenario: A global administrator is allowed
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When a global administrator turns on SMS sign-in for the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:enable-sms-sign-in.global-reader-refused @must @stated
  Rule: A global reader with the delegated permission cannot turn on SMS sign-in.
    Source: enable-v1.0-fr, Permissions acting on other users
    Source: reference:enable-sms-sign-in, Permissions

    @single-answer
    Scenario: A global reader is refused
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When a global reader turns on SMS sign-in for the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:enable-sms-sign-in.application-allowed @must @stated
  Rule: An application with the application permission can turn on SMS sign-in.
    Source: enable-v1.0-fr, Permissions acting on other users

    @single-answer
    Scenario: An application is allowed
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When an application turns on SMS sign-in for the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:enable-sms-sign-in.personal-account-refused @must @stated
  Rule: A personal Microsoft account cannot turn on SMS sign-in.
    Source: enable-v1.0-fr, Permissions acting on self
    Source: enable-v1.0-fr, Permissions acting on other users

    @single-answer
    Scenario: A personal account is refused
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When a personal account turns on SMS sign-in for the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

    @single-answer
    Scenario: A personal account is refused for itself
      Given a personal account has tried to add a mobile phone for themself
      When a personal account turns on SMS sign-in for their own mobile phone
      Then the request is refused

  @id:enable-sms-sign-in.application-has-no-me @must @stated
  Rule: An application has no account of its own to address as /me.
    Source: enable-v1.0-fr, Permissions acting on self

    @single-answer
    Scenario: An application is refused under /me
      Given an application has tried to add a mobile phone for themself
      When an application turns on SMS sign-in for their own mobile phone
      Then the request is refused

  @id:enable-sms-sign-in.self-allowed @must @stated
  Rule: Users can turn on SMS sign-in for their own phone, under /me and under their own id.
    Source: enable-v1.0-fr, Permissions acting on self
    Source: enable-v1.0-fr, HTTP request
    Source: enable-v1.0-fr, Examples

    Scenario: The user is allowed under /me
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When the user turns on SMS sign-in for their own mobile phone
      Then the request succeeds

    Scenario: The user is allowed by their own id
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When the user turns on SMS sign-in for their own mobile phone by id
      Then the request succeeds

  @id:enable-sms-sign-in.self-permission-required @must @stated
  Rule: Users whose token lacks the permission cannot turn on SMS sign-in for their own phone.
    Source: enable-v1.0-fr, Permissions acting on self
    Source: enable-v1.0-fr, HTTP request
    Source: enable-v1.0-fr, Permissions

    @single-answer
    Scenario: The user is refused without the permission
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When the user without the permission turns on SMS sign-in for their own mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:enable-sms-sign-in.self-permission-does-not-reach-others @must @stated
  Rule: The permission to manage one's own phones does not let a user turn on SMS sign-in for somebody else.
    Source: enable-v1.0-fr, Permissions acting on other users

    @single-answer
    Scenario: A fellow user is refused
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When a fellow user turns on SMS sign-in for the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:enable-sms-sign-in.phone-permission-allowed @advisory @reference @current
  Rule: An administrator whose only permission is UserAuthMethod-Phone.ReadWrite.All can turn on SMS sign-in.
    Source: reference:enable-sms-sign-in, Permissions

    @single-answer
    Scenario: An administrator with the phone permission is allowed
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When an administrator with the phone permission turns on SMS sign-in for the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:enable-sms-sign-in.permission-to-read-refused @must @reference @current
  Rule: An administrator whose only permission is UserAuthMethod-Phone.Read.All cannot turn on SMS sign-in.
    Source: reference:enable-sms-sign-in, Permissions

    @single-answer
    Scenario: An administrator with the permission to read is refused
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When an administrator with the phone permission to read turns on SMS sign-in for the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:enable-sms-sign-in.application-phone-permission-allowed @advisory @reference @current
  Rule: An application whose only permission is UserAuthMethod-Phone.ReadWrite.All can turn on SMS sign-in.
    Source: reference:enable-sms-sign-in, Permissions

    @single-answer
    Scenario: An application with the phone permission is allowed
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When an application with the phone permission turns on SMS sign-in for the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:enable-sms-sign-in.application-permission-to-read-refused @must @reference @current
  Rule: An application whose only permission is UserAuthMethod-Phone.Read.All cannot turn on SMS sign-in.
    Source: reference:enable-sms-sign-in, Permissions

    @single-answer
    Scenario: An application with the permission to read is refused
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When an application with the phone permission to read turns on SMS sign-in for the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:enable-sms-sign-in.self-phone-permission-allowed @advisory @reference @current
  Rule: Users whose only permission is UserAuthMethod-Phone.ReadWrite can turn on SMS sign-in for their own phone under /me.
    Source: reference:enable-sms-sign-in, Permissions
    Source: reference:enable-sms-sign-in, HTTP request

    Scenario: The user with the phone permission is allowed
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When the user with the phone permission turns on SMS sign-in for their own mobile phone
      Then the request succeeds

  @id:enable-sms-sign-in.self-permission-to-read-refused @must @reference @current
  Rule: Users whose only permission is UserAuthMethod-Phone.Read cannot turn on SMS sign-in for their own phone under /me.
    Source: reference:enable-sms-sign-in, Permissions
    Source: reference:enable-sms-sign-in, HTTP request

    @single-answer
    Scenario: The user with the permission to read is refused
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When the user with the phone permission to read turns on SMS sign-in for their own mobile phone
      Then the request is refused
      And the user's phones are unchanged
