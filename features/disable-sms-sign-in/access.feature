@disable-sms-sign-in @access
Feature: Turning off SMS sign-in: who may
  Tokens, permissions and administrator roles.

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

  @id:disable-sms-sign-in.missing-token-is-401 @must @reference
  Rule: A request without a valid token is answered with 401 Unauthorized.
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

  @id:disable-sms-sign-in.delegated-permission-required @must @reference
  Rule: An administrator whose token lacks the delegated permission cannot turn off SMS sign-in.
    Source: reference:disable-sms-sign-in, Permissions

    @single-answer
    Scenario: An administrator without the permission is refused
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When an administrator without the permission turns off SMS sign-in for the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:disable-sms-sign-in.application-permission-required @must @reference
  Rule: An application whose token lacks the application permission cannot turn off SMS sign-in.
    Source: reference:disable-sms-sign-in, Permissions

    @single-answer
    Scenario: An application without the permission is refused
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When an application without the permission turns off SMS sign-in for the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:disable-sms-sign-in.role-required @must @reference
  Rule: A signed-in user without a supported administrator role cannot turn off SMS sign-in for somebody else.
    Source: reference:disable-sms-sign-in, Permissions

    @single-answer
    Scenario: A caller without a role is refused
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When a caller without an administrator role turns off SMS sign-in for the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:disable-sms-sign-in.authentication-administrator-allowed @must @reference
  Rule: An authentication administrator with the delegated permission can turn off SMS sign-in.
    Source: reference:disable-sms-sign-in, Permissions

    @single-answer
    Scenario: An authentication administrator is allowed
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When an authentication administrator turns off SMS sign-in for the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:disable-sms-sign-in.privileged-authentication-administrator-allowed @must @reference
  Rule: A privileged authentication administrator with the delegated permission can turn off SMS sign-in.
    Source: reference:disable-sms-sign-in, Permissions

    @single-answer
    Scenario: A privileged authentication administrator is allowed
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When a privileged authentication administrator turns off SMS sign-in for the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:disable-sms-sign-in.global-administrator-allowed @must @reference @legacy @beta
  Rule: A global administrator with the delegated permission can turn off SMS sign-in.
    Source: reference:roles-until-2023, Permissions

    @single-answer
    Scenario: A global administrator is allowed
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When a global administrator turns off SMS sign-in for the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:disable-sms-sign-in.global-reader-refused @must @reference
  Rule: A global reader with the delegated permission cannot turn off SMS sign-in.
    Source: reference:disable-sms-sign-in, Permissions

    @single-answer
    Scenario: A global reader is refused
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When a global reader turns off SMS sign-in for the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:disable-sms-sign-in.application-allowed @must @reference
  Rule: An application with the application permission can turn off SMS sign-in.
    Source: reference:disable-sms-sign-in, Permissions

    @single-answer
    Scenario: An application is allowed
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When an application turns off SMS sign-in for the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:disable-sms-sign-in.personal-account-refused @must @reference
  Rule: A personal Microsoft account cannot turn off SMS sign-in.
    Source: reference:disable-sms-sign-in, Permissions

    @single-answer
    Scenario: A personal account is refused
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When a personal account turns off SMS sign-in for the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:disable-sms-sign-in.application-has-no-me @must @reference
  Rule: An application has no account of its own to address as /me.
    Source: reference:delete, HTTP request
    Source: observed, an application's request to /me

    @single-answer
    Scenario: An application is refused under /me
      Given an application has tried to add a mobile phone for themself
      When an application turns off SMS sign-in for their own mobile phone
      Then the request is refused

  @id:disable-sms-sign-in.self-allowed @must @reference
  Rule: Users can turn off SMS sign-in for their own phone under /me.
    Source: reference:disable-sms-sign-in, Permissions
    Source: reference:disable-sms-sign-in, HTTP request

    Scenario: The user is allowed under /me
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When the user turns off SMS sign-in for their own mobile phone
      Then the request succeeds

  @id:disable-sms-sign-in.self-permission-required @must @reference
  Rule: Users whose token lacks the permission cannot turn off SMS sign-in for their own phone.
    Source: reference:disable-sms-sign-in, Permissions
    Source: reference:disable-sms-sign-in, HTTP request

    @single-answer
    Scenario: The user is refused without the permission
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When the user without the permission turns off SMS sign-in for their own mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:disable-sms-sign-in.self-permission-does-not-reach-others @must @reference
  Rule: The permission to manage one's own phones does not let a user turn off SMS sign-in for somebody else.
    Source: reference:disable-sms-sign-in, Permissions

    @single-answer
    Scenario: A fellow user is refused
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When a fellow user turns off SMS sign-in for the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:disable-sms-sign-in.phone-permission-allowed @advisory @reference @current
  Rule: An administrator whose only permission is UserAuthMethod-Phone.ReadWrite.All can turn off SMS sign-in.
    Source: reference:disable-sms-sign-in, Permissions

    @single-answer
    Scenario: An administrator with the phone permission is allowed
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When an administrator with the phone permission turns off SMS sign-in for the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:disable-sms-sign-in.permission-to-read-refused @must @reference @current
  Rule: An administrator whose only permission is UserAuthMethod-Phone.Read.All cannot turn off SMS sign-in.
    Source: reference:disable-sms-sign-in, Permissions

    @single-answer
    Scenario: An administrator with the permission to read is refused
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When an administrator with the phone permission to read turns off SMS sign-in for the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:disable-sms-sign-in.application-phone-permission-allowed @advisory @reference @current
  Rule: An application whose only permission is UserAuthMethod-Phone.ReadWrite.All can turn off SMS sign-in.
    Source: reference:disable-sms-sign-in, Permissions

    @single-answer
    Scenario: An application with the phone permission is allowed
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When an application with the phone permission turns off SMS sign-in for the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:disable-sms-sign-in.application-permission-to-read-refused @must @reference @current
  Rule: An application whose only permission is UserAuthMethod-Phone.Read.All cannot turn off SMS sign-in.
    Source: reference:disable-sms-sign-in, Permissions

    @single-answer
    Scenario: An application with the permission to read is refused
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When an application with the phone permission to read turns off SMS sign-in for the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:disable-sms-sign-in.self-phone-permission-allowed @advisory @reference @current
  Rule: Users whose only permission is UserAuthMethod-Phone.ReadWrite can turn off SMS sign-in for their own phone under /me.
    Source: reference:disable-sms-sign-in, Permissions
    Source: reference:disable-sms-sign-in, HTTP request

    Scenario: The user with the phone permission is allowed
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When the user with the phone permission turns off SMS sign-in for their own mobile phone
      Then the request succeeds

  @id:disable-sms-sign-in.self-permission-to-read-refused @must @reference @current
  Rule: Users whose only permission is UserAuthMethod-Phone.Read cannot turn off SMS sign-in for their own phone under /me.
    Source: reference:disable-sms-sign-in, Permissions
    Source: reference:disable-sms-sign-in, HTTP request

    @single-answer
    Scenario: The user with the permission to read is refused
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When the user with the phone permission to read turns off SMS sign-in for their own mobile phone
      Then the request is refused
      And the user's phones are unchanged
