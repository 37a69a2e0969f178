@list @access
Feature: Listing a user's phones: who may
  Tokens, permissions and administrator roles.

  @id:list.token-required @must @reference
  Rule: Nobody can list a user's phones without a valid bearer token.
    Source: reference:list, Request headers

    @single-answer
    Scenario Outline: <caller> is refused
      Given a user with a mobile phone
      When <caller> lists the user's phones
      Then the request is refused

      Examples:
        | caller                                   |
        | a caller without a token                 |
        | a caller with a garbage token            |
        | a caller with an empty bearer token      |
        | a caller with another scheme than Bearer |

  @id:list.missing-token-is-401 @must @reference
  Rule: A request without a valid token is answered with 401 Unauthorized.
    Source: reference:errors, 401

    @single-answer
    Scenario Outline: <caller> is told to authenticate
      Given a user with a mobile phone
      When <caller> lists the user's phones
      Then the answer is 401 Unauthorized

      Examples:
        | caller                        |
        | a caller without a token      |
        | a caller with a garbage token |

  @id:list.delegated-permission-required @must @reference
  Rule: An administrator whose token lacks the delegated permission cannot list a user's phones.
    Source: reference:list, Permissions

    @single-answer
    Scenario: An administrator without the permission is refused
      Given a user with a mobile phone
      When an administrator without the permission lists the user's phones
      Then the request is refused

  @id:list.application-permission-required @must @reference
  Rule: An application whose token lacks the application permission cannot list a user's phones.
    Source: reference:list, Permissions

    @single-answer
    Scenario: An application without the permission is refused
      Given a user with a mobile phone
      When an application without the permission lists the user's phones
      Then the request is refused

  @id:list.role-required @must @reference
  Rule: A signed-in user without a supported administrator role cannot list somebody else's phones.
    Source: reference:list, Permissions

    @single-answer
    Scenario: A caller without a role is refused
      Given a user with a mobile phone
      When a caller without an administrator role lists the user's phones
      Then the request is refused

  @id:list.authentication-administrator-allowed @must @reference
  Rule: An authentication administrator with the delegated permission can list a user's phones.
    Source: reference:list, Permissions

    @single-answer
    Scenario: An authentication administrator is allowed
      Given a user with a mobile phone
      When an authentication administrator lists the user's phones
      Then the request succeeds

  @id:list.privileged-authentication-administrator-allowed @must @reference
  Rule: A privileged authentication administrator with the delegated permission can list a user's phones.
    Source: reference:list, Permissions

    @single-answer
    Scenario: A privileged authentication administrator is allowed
      Given a user with a mobile phone
      When a privileged authentication administrator lists the user's phones
      Then the request succeeds
      And the answer shows what the administrator sees

  @id:list.global-administrator-allowed @must @reference @legacy @beta
  Rule: A global administrator with the delegated permission can list a user's phones.
    Source: reference:roles-until-2023, Permissions

    @single-answer
    Scenario: A global administrator is allowed
      Given a user with a mobile phone
      When a global administrator lists the user's phones
      Then the request succeeds

  @id:list.global-reader-allowed @must @reference
  Rule: A global reader with the delegated permission can list a user's phones.
    Source: reference:list, Permissions

    @single-answer
    Scenario: A global reader is allowed
      Given a user with a mobile phone
      When a global reader lists the user's phones
      Then the request succeeds

  @id:list.application-allowed @must @reference
  Rule: An application with the application permission can list a user's phones.
    Source: reference:list, Permissions

    @single-answer
    Scenario: An application is allowed
      Given a user with a mobile phone
      When an application lists the user's phones
      Then the request succeeds
      And the answer shows what the administrator sees

  @id:list.personal-account-refused @must @reference
  Rule: A personal Microsoft account cannot list a user's phones.
    Source: reference:list, Permissions

    @single-answer
    Scenario: A personal account is refused
      Given a user with a mobile phone
      When a personal account lists the user's phones
      Then the request is refused

  @id:list.application-has-no-me @must @reference
  Rule: An application has no account of its own to address as /me.
    Source: reference:delete, HTTP request
    Source: observed, an application's request to /me

    @single-answer
    Scenario: An application is refused under /me
      When an application lists their own phones
      Then the request is refused

  @id:list.self-allowed @must @reference
  Rule: Users can list their own phones under /me.
    Source: reference:list, Permissions
    Source: reference:list, HTTP request

    Scenario: The user is allowed under /me
      Given a user with a mobile phone
      When the user lists their own phones
      Then the request succeeds

  @id:list.self-permission-required @must @reference
  Rule: Users whose token lacks the permission cannot list their own phones.
    Source: reference:list, Permissions
    Source: reference:list, HTTP request

    @single-answer
    Scenario: The user is refused without the permission
      Given a user with a mobile phone
      When the user without the permission lists their own phones
      Then the request is refused

  @id:list.self-permission-does-not-reach-others @must @reference
  Rule: The permission to manage one's own phones does not let a user list somebody else's phones.
    Source: reference:list, Permissions

    @single-answer
    Scenario: A fellow user is refused
      Given a user with a mobile phone
      When a fellow user lists the user's phones
      Then the request is refused

  @id:list.phone-permission-allowed @advisory @reference @current
  Rule: An administrator whose only permission is UserAuthMethod-Phone.ReadWrite.All can list a user's phones.
    Source: reference:list, Permissions

    @single-answer
    Scenario: An administrator with the phone permission is allowed
      Given a user with a mobile phone
      When an administrator with the phone permission lists the user's phones
      Then the request succeeds

  @id:list.permission-to-read-allowed @advisory @reference @current
  Rule: An administrator whose only permission is UserAuthMethod-Phone.Read.All can list a user's phones.
    Source: reference:list, Permissions

    @single-answer
    Scenario: An administrator with the permission to read is allowed
      Given a user with a mobile phone
      When an administrator with the phone permission to read lists the user's phones
      Then the request succeeds

  @id:list.application-phone-permission-allowed @advisory @reference @current
  Rule: An application whose only permission is UserAuthMethod-Phone.ReadWrite.All can list a user's phones.
    Source: reference:permissions, UserAuthMethod-Phone.ReadWrite.All

    @single-answer
    Scenario: An application with the phone permission is allowed
      Given a user with a mobile phone
      When an application with the phone permission lists the user's phones
      Then the request succeeds
      And the answer shows what the administrator sees

  @id:list.application-permission-to-read-allowed @advisory @reference @current
  Rule: An application whose only permission is UserAuthMethod-Phone.Read.All can list a user's phones.
    Source: reference:list, Permissions

    @single-answer
    Scenario: An application with the permission to read is allowed
      Given a user with a mobile phone
      When an application with the phone permission to read lists the user's phones
      Then the request succeeds
      And the answer shows what the administrator sees

  @id:list.self-phone-permission-allowed @advisory @reference @current
  Rule: Users whose only permission is UserAuthMethod-Phone.ReadWrite can list their own phones under /me.
    Source: reference:list, Permissions
    Source: reference:list, HTTP request

    Scenario: The user with the phone permission is allowed
      Given a user with a mobile phone
      When the user with the phone permission lists their own phones
      Then the request succeeds

  @id:list.self-permission-to-read-allowed @advisory @reference @current
  Rule: Users whose only permission is UserAuthMethod-Phone.Read can list their own phones under /me.
    Source: reference:list, Permissions
    Source: reference:list, HTTP request

    Scenario: The user with the permission to read is allowed
      Given a user with a mobile phone
      When the user with the phone permission to read lists their own phones
      Then the request succeeds
