@update @access
Feature: Updating a phone: who may
  Tokens, permissions and administrator roles.

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

  @id:update.missing-token-is-401 @must @reference
  Rule: A request without a valid token is answered with 401 Unauthorized.
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

  @id:update.delegated-permission-required @must @reference
  Rule: An administrator whose token lacks the delegated permission cannot update a phone.
    Source: reference:update, Permissions

    @single-answer
    Scenario: An administrator without the permission is refused
      Given a user with a mobile phone
      When an administrator without the permission changes the number of the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:update.application-permission-required @must @reference
  Rule: An application whose token lacks the application permission cannot update a phone.
    Source: reference:update, Permissions

    @single-answer
    Scenario: An application without the permission is refused
      Given a user with a mobile phone
      When an application without the permission changes the number of the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:update.role-required @must @reference
  Rule: A signed-in user without a supported administrator role cannot update somebody else's phone.
    Source: reference:update, Permissions

    @single-answer
    Scenario: A caller without a role is refused
      Given a user with a mobile phone
      When a caller without an administrator role changes the number of the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:update.authentication-administrator-allowed @must @reference
  Rule: An authentication administrator with the delegated permission can update a phone.
    Source: reference:update, Permissions

    @single-answer
    Scenario: An authentication administrator is allowed
      Given a user with a mobile phone
      When an authentication administrator changes the number of the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:update.privileged-authentication-administrator-allowed @must @reference
  Rule: A privileged authentication administrator with the delegated permission can update a phone.
    Source: reference:update, Permissions

    @single-answer
    Scenario: A privileged authentication administrator is allowed
      Given a user with a mobile phone
      When a privileged authentication administrator changes the number of the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:update.global-administrator-allowed @must @reference @legacy @beta
  Rule: A global administrator with the delegated permission can update a phone.
    Source: reference:roles-until-2023, Permissions

    @single-answer
    Scenario: A global administrator is allowed
      Given a user with a mobile phone
      When a global administrator changes the number of the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:update.global-reader-refused @must @reference
  Rule: A global reader with the delegated permission cannot update a phone.
    Source: reference:update, Permissions

    @single-answer
    Scenario: A global reader is refused
      Given a user with a mobile phone
      When a global reader changes the number of the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:update.application-allowed @must @reference
  Rule: An application with the application permission can update a phone.
    Source: reference:update, Permissions

    @single-answer
    Scenario: An application is allowed
      Given a user with a mobile phone
      When an application changes the number of the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:update.personal-account-refused @must @reference
  Rule: A personal Microsoft account cannot update a phone.
    Source: reference:update, Permissions

    @single-answer
    Scenario: A personal account is refused
      Given a user with a mobile phone
      When a personal account changes the number of the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:update.application-has-no-me @must @reference
  Rule: An application has no account of its own to address as /me.
    Source: reference:delete, HTTP request
    Source: observed, an application's request to /me

    @single-answer
    Scenario: An application is refused under /me
      Given an application has tried to add a mobile phone for themself
      When an application changes the number of their own mobile phone
      Then the request is refused

  @id:update.self-refused @must @reference @current
  Rule: Users cannot update a phone of their own.
    Source: reference:update, HTTP request

    @single-answer
    Scenario: The user is refused for their own account
      Given a user with a mobile phone
      When the user changes the number of their own mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:update.self-allowed @must @reference @legacy @beta
  Rule: Users can update a phone of their own.
    Source: reference:update-beta, HTTP request

    Scenario: The user is allowed under /me
      Given a user with a mobile phone
      When the user changes the number of their own mobile phone
      Then the request succeeds
      And the user has a mobile phone

  @id:update.self-permission-required @must @reference @legacy @beta
  Rule: Users whose token lacks the permission cannot update a phone of their own.
    Source: reference:update-beta, HTTP request

    @single-answer
    Scenario: The user is refused without the permission
      Given a user with a mobile phone
      When the user without the permission changes the number of their own mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:update.self-permission-does-not-reach-others @must @reference
  Rule: The permission to manage one's own phones does not let a user update somebody else's phone.
    Source: reference:update, Permissions

    @single-answer
    Scenario: A fellow user is refused
      Given a user with a mobile phone
      When a fellow user changes the number of the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:update.phone-permission-allowed @advisory @reference @current
  Rule: An administrator whose only permission is UserAuthMethod-Phone.ReadWrite.All can update a phone.
    Source: reference:update, Permissions

    @single-answer
    Scenario: An administrator with the phone permission is allowed
      Given a user with a mobile phone
      When an administrator with the phone permission changes the number of the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:update.permission-to-read-refused @must @reference @current
  Rule: An administrator whose only permission is UserAuthMethod-Phone.Read.All cannot update a phone.
    Source: reference:update, Permissions

    @single-answer
    Scenario: An administrator with the permission to read is refused
      Given a user with a mobile phone
      When an administrator with the phone permission to read changes the number of the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:update.application-phone-permission-allowed @advisory @reference @current
  Rule: An application whose only permission is UserAuthMethod-Phone.ReadWrite.All can update a phone.
    Source: reference:update, Permissions

    @single-answer
    Scenario: An application with the phone permission is allowed
      Given a user with a mobile phone
      When an application with the phone permission changes the number of the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:update.application-permission-to-read-refused @must @reference @current
  Rule: An application whose only permission is UserAuthMethod-Phone.Read.All cannot update a phone.
    Source: reference:update, Permissions

    @single-answer
    Scenario: An application with the permission to read is refused
      Given a user with a mobile phone
      When an application with the phone permission to read changes the number of the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged
