@delete @access
Feature: Deleting a phone: who may
  Tokens, permissions and administrator roles.

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

  @id:delete.missing-token-is-401 @must @reference
  Rule: A request without a valid token is answered with 401 Unauthorized.
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

  @id:delete.delegated-permission-required @must @reference
  Rule: An administrator whose token lacks the delegated permission cannot delete a phone.
    Source: reference:delete, Permissions

    @single-answer
    Scenario: An administrator without the permission is refused
      Given a user with a mobile phone
      When an administrator without the permission deletes the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:delete.application-permission-required @must @reference
  Rule: An application whose token lacks the application permission cannot delete a phone.
    Source: reference:delete, Permissions

    @single-answer
    Scenario: An application without the permission is refused
      Given a user with a mobile phone
      When an application without the permission deletes the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:delete.role-required @must @reference
  Rule: A signed-in user without a supported administrator role cannot delete somebody else's phone.
    Source: reference:delete, Permissions

    @single-answer
    Scenario: A caller without a role is refused
      Given a user with a mobile phone
      When a caller without an administrator role deletes the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:delete.authentication-administrator-allowed @must @reference
  Rule: An authentication administrator with the delegated permission can delete a phone.
    Source: reference:delete, Permissions

    @single-answer
    Scenario: An authentication administrator is allowed
      Given a user with a mobile phone
      When an authentication administrator deletes the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:delete.privileged-authentication-administrator-allowed @must @reference
  Rule: A privileged authentication administrator with the delegated permission can delete a phone.
    Source: reference:delete, Permissions

    @single-answer
    Scenario: A privileged authentication administrator is allowed
      Given a user with a mobile phone
      When a privileged authentication administrator deletes the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:delete.global-administrator-allowed @must @reference @legacy @beta
  Rule: A global administrator with the delegated permission can delete a phone.
    Source: reference:roles-until-2023, Permissions

    @single-answer
    Scenario: A global administrator is allowed
      Given a user with a mobile phone
      When a global administrator deletes the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:delete.global-reader-refused @must @reference
  Rule: A global reader with the delegated permission cannot delete a phone.
    Source: reference:delete, Permissions

    @single-answer
    Scenario: A global reader is refused
      Given a user with a mobile phone
      When a global reader deletes the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:delete.application-allowed @must @reference
  Rule: An application with the application permission can delete a phone.
    Source: reference:delete, Permissions

    @single-answer
    Scenario: An application is allowed
      Given a user with a mobile phone
      When an application deletes the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:delete.personal-account-refused @must @reference
  Rule: A personal Microsoft account cannot delete a phone.
    Source: reference:delete, Permissions

    @single-answer
    Scenario: A personal account is refused
      Given a user with a mobile phone
      When a personal account deletes the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:delete.application-has-no-me @must @reference
  Rule: An application has no account of its own to address as /me.
    Source: reference:delete, HTTP request

    @single-answer
    Scenario: An application is refused under /me
      Given an application has tried to add a mobile phone for themself
      When an application deletes their own mobile phone
      Then the request is refused

  @id:delete.self-allowed @must @reference
  Rule: Users can delete a phone of their own under /me.
    Source: reference:delete, Permissions
    Source: reference:delete, HTTP request

    Scenario: The user is allowed under /me
      Given a user with a mobile phone
      When the user deletes their own mobile phone
      Then the request succeeds

  @id:delete.self-permission-required @must @reference
  Rule: Users whose token lacks the permission cannot delete a phone of their own.
    Source: reference:delete, Permissions
    Source: reference:delete, HTTP request

    @single-answer
    Scenario: The user is refused without the permission
      Given a user with a mobile phone
      When the user without the permission deletes their own mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:delete.self-permission-does-not-reach-others @must @reference
  Rule: The permission to manage one's own phones does not let a user delete somebody else's phone.
    Source: reference:delete, Permissions

    @single-answer
    Scenario: A fellow user is refused
      Given a user with a mobile phone
      When a fellow user deletes the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:delete.phone-permission-allowed @advisory @reference @current
  Rule: An administrator whose only permission is UserAuthMethod-Phone.ReadWrite.All can delete a phone.
    Source: reference:delete, Permissions

    @single-answer
    Scenario: An administrator with the phone permission is allowed
      Given a user with a mobile phone
      When an administrator with the phone permission deletes the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:delete.permission-to-read-refused @must @reference @current
  Rule: An administrator whose only permission is UserAuthMethod-Phone.Read.All cannot delete a phone.
    Source: reference:delete, Permissions

    @single-answer
    Scenario: An administrator with the permission to read is refused
      Given a user with a mobile phone
      When an administrator with the phone permission to read deletes the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:delete.application-phone-permission-allowed @advisory @reference @current
  Rule: An application whose only permission is UserAuthMethod-Phone.ReadWrite.All can delete a phone.
    Source: reference:delete, Permissions

    @single-answer
    Scenario: An application with the phone permission is allowed
      Given a user with a mobile phone
      When an application with the phone permission deletes the user's mobile phone
      Then the request succeeds
      And the user's phones have changed

  @id:delete.application-permission-to-read-refused @must @reference @current
  Rule: An application whose only permission is UserAuthMethod-Phone.Read.All cannot delete a phone.
    Source: reference:delete, Permissions

    @single-answer
    Scenario: An application with the permission to read is refused
      Given a user with a mobile phone
      When an application with the phone permission to read deletes the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:delete.self-phone-permission-allowed @advisory @reference @current
  Rule: Users whose only permission is UserAuthMethod-Phone.ReadWrite can delete a phone of their own under /me.
    Source: reference:delete, Permissions
    Source: reference:delete, HTTP request

    Scenario: The user with the phone permission is allowed
      Given a user with a mobile phone
      When the user with the phone permission deletes their own mobile phone
      Then the request succeeds

  @id:delete.self-permission-to-read-refused @must @reference @current
  Rule: Users whose only permission is UserAuthMethod-Phone.Read cannot delete a phone of their own under /me.
    Source: reference:delete, Permissions
    Source: reference:delete, HTTP request

    @single-answer
    Scenario: The user with the permission to read is refused
      Given a user with a mobile phone
      When the user with the phone permission to read deletes their own mobile phone
      Then the request is refused
      And the user's phones are unchanged
