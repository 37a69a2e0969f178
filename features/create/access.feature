@create @access
Feature: Creating a phone: who may
  Tokens, permissions and administrator roles.

  @id:create.token-required @must @stated
  Rule: Nobody can create a phone without a valid bearer token.
    Source: create-v1.0-ja, Request headers
    Source: create-beta-en, Request headers
    Source: create-beta-es, Request headers
    Source: create-beta-en, Permissions

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

  @id:create.missing-token-is-401 @must @reference
  Rule: A request without a valid token is answered with 401 Unauthorized.
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

  @id:create.delegated-permission-required @must @stated
  Rule: An administrator whose token lacks the delegated permission cannot create a phone.
    Source: create-v1.0-ja, Permissions
    Source: create-beta-en, Permissions acting on other users
    Source: create-beta-es, Permissions
    Source: create-beta-en, Permissions

    @single-answer
    Scenario: An administrator without the permission is refused
      Given a user with no phones
      When an administrator without the permission adds a mobile phone for the user
      Then the request is refused
      And the user's phones are unchanged

  @id:create.application-permission-required @must @stated
  Rule: An application whose token lacks the application permission cannot create a phone.
    Source: create-v1.0-ja, Permissions
    Source: create-beta-en, Permissions acting on other users
    Source: create-beta-es, Permissions
    Source: create-beta-en, Permissions

    @single-answer
    Scenario: An application without the permission is refused
      Given a user with no phones
      When an application without the permission adds a mobile phone for the user
      Then the request is refused
      And the user's phones are unchanged

  @id:create.role-required @must @stated
  Rule: A signed-in user without a supported administrator role cannot create a phone for somebody else.
    Source: create-v1.0-ja, Permissions
    Source: create-beta-en, Permissions acting on other users
    Source: create-beta-es, Permissions

    @single-answer
    Scenario: A caller without a role is refused
      Given a user with no phones
      When a caller without an administrator role adds a mobile phone for the user
      Then the request is refused
      And the user's phones are unchanged

  @id:create.authentication-administrator-allowed @must @stated
  Rule: An authentication administrator with the delegated permission can create a phone.
    Source: create-v1.0-ja, Permissions
    Source: create-beta-en, Permissions acting on other users
    Source: create-beta-es, Permissions

    @single-answer
    Scenario: An authentication administrator is allowed
      Given a user with no phones
      When an authentication administrator adds a mobile phone for the user
      Then the request succeeds
      And the user's phones have changed

  @id:create.privileged-authentication-administrator-allowed @must @stated
  Rule: A privileged authentication administrator with the delegated permission can create a phone.
    Source: create-v1.0-ja, Permissions
    Source: create-beta-en, Permissions acting on other users
    Source: create-beta-es, Permissions

    @single-answer
    Scenario: A privileged authentication administrator is allowed
      Given a user with no phones
      When a privileged authentication administrator adds a mobile phone for the user
      Then the request succeeds
      And the user's phones have changed

  @id:create.global-administrator-allowed @must @stated @legacy @beta
  Rule: A global administrator with the delegated permission can create a phone.
    Source: create-beta-en, Permissions acting on other users

    @single-answer
    Scenario: A global administrator is allowed
      Given a user with no phones
      When a global administrator adds a mobile phone for the user
      Then the request succeeds
      And the user's phones have changed

  @id:create.global-reader-refused @must @stated
  Rule: A global reader with the delegated permission cannot create a phone.
    Source: create-beta-en, Permissions acting on other users
    Source: reference:create, Permissions

    @single-answer
    Scenario: A global reader is refused
      Given a user with no phones
      When a global reader adds a mobile phone for the user
      Then the request is refused
      And the user's phones are unchanged

  @id:create.application-allowed @must @stated
  Rule: An application with the application permission can create a phone.
    Source: create-v1.0-ja, Permissions
    Source: create-beta-en, Permissions acting on other users
    Source: create-beta-es, Permissions

    @single-answer
    Scenario: An application is allowed
      Given a user with no phones
      When an application adds a mobile phone for the user
      Then the request succeeds
      And the user's phones have changed

  @id:create.personal-account-refused @must @stated
  Rule: A personal Microsoft account cannot create a phone.
    Source: create-v1.0-ja, Permissions
    Source: create-beta-en, Permissions acting on self
    Source: create-beta-en, Permissions acting on other users
    Source: create-beta-es, Permissions

    @single-answer
    Scenario: A personal account is refused
      Given a user with no phones
      When a personal account adds a mobile phone for the user
      Then the request is refused
      And the user's phones are unchanged

    @single-answer
    Scenario: A personal account is refused for itself
      When a personal account adds a mobile phone for themself
      Then the request is refused

  @id:create.application-has-no-me @must @stated
  Rule: An application has no account of its own to address as /me.
    Source: create-beta-en, Permissions acting on self
    Source: reference:delete, HTTP request

    @single-answer
    Scenario Outline: An application is refused <a phone> under /me
      When an application adds <a phone> for themself
      Then the request is refused

      Examples:
        | a phone                  |
        | a mobile phone           |
        | an alternateMobile phone |
        | an office phone          |

  @id:create.self-refused @must @stated @current
  Rule: Users cannot add a phone to their own account.
    Source: create-v1.0-ja, Permissions
    Source: create-beta-es, Permissions
    Source: create-v1.0-ja, HTTP request
    Source: create-beta-es, HTTP request

    @single-answer
    Scenario: The user is refused for their own account
      Given a user with no phones
      When the user adds a mobile phone for themself
      Then the request is refused
      And the user's phones are unchanged

  @id:create.self-allowed @must @stated @legacy @beta
  Rule: Users can add a phone to their own account.
    Source: create-beta-en, Permissions acting on self
    Source: create-beta-en, HTTP request
    Source: create-beta-en, Examples

    Scenario: The user is allowed under /me
      Given a user with no phones
      When the user adds a mobile phone for themself
      Then the request succeeds
      And the user has a mobile phone

  @id:create.self-permission-required @must @stated @legacy @beta
  Rule: Users whose token lacks the permission cannot create a phone of their own.
    Source: create-beta-en, Permissions acting on self
    Source: create-beta-en, HTTP request
    Source: create-beta-en, Permissions

    @single-answer
    Scenario: The user is refused without the permission
      Given a user with no phones
      When the user without the permission adds a mobile phone for themself
      Then the request is refused
      And the user's phones are unchanged

  @id:create.self-permission-does-not-reach-others @must @stated
  Rule: The permission to manage one's own phones does not let a user create a phone for somebody else.
    Source: create-beta-en, Permissions acting on self
    Source: create-beta-en, Permissions acting on other users
    Source: create-beta-es, Permissions

    @single-answer
    Scenario: A fellow user is refused
      Given a user with no phones
      When a fellow user adds a mobile phone for the user
      Then the request is refused
      And the user's phones are unchanged

  @id:create.phone-permission-allowed @advisory @reference @current
  Rule: An administrator whose only permission is UserAuthMethod-Phone.ReadWrite.All can create a phone.
    Source: reference:create, Permissions

    @single-answer
    Scenario: An administrator with the phone permission is allowed
      Given a user with no phones
      When an administrator with the phone permission adds a mobile phone for the user
      Then the request succeeds
      And the user's phones have changed

  @id:create.permission-to-read-refused @must @reference @current
  Rule: An administrator whose only permission is UserAuthMethod-Phone.Read.All cannot create a phone.
    Source: reference:create, Permissions

    @single-answer
    Scenario: An administrator with the permission to read is refused
      Given a user with no phones
      When an administrator with the phone permission to read adds a mobile phone for the user
      Then the request is refused
      And the user's phones are unchanged

  @id:create.application-phone-permission-allowed @advisory @reference @current
  Rule: An application whose only permission is UserAuthMethod-Phone.ReadWrite.All can create a phone.
    Source: reference:create, Permissions

    @single-answer
    Scenario: An application with the phone permission is allowed
      Given a user with no phones
      When an application with the phone permission adds a mobile phone for the user
      Then the request succeeds
      And the user's phones have changed

  @id:create.application-permission-to-read-refused @must @reference @current
  Rule: An application whose only permission is UserAuthMethod-Phone.Read.All cannot create a phone.
    Source: reference:create, Permissions

    @single-answer
    Scenario: An application with the permission to read is refused
      Given a user with no phones
      When an application with the phone permission to read adds a mobile phone for the user
      Then the request is refused
      And the user's phones are unchanged
