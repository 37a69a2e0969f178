@get @contract
Feature: Reading a phone: the contract
  Reads one phone of a user.

    GET /{version}/users/{id | userPrincipalName}/authentication/phoneMethods/{phone id}
    GET /{version}/me/authentication/phoneMethods/{phone id}
    Authorization: Bearer {token}

  The version is v1.0 or beta.
  A phone's id is 3179e48a-750b-4051-897c-87b9720928f7 (mobile), b6332ec1-7057-4abe-9331-3d72feddfe41 (alternateMobile) or
  e37fc753-ff3b-4958-9484-eaa9425c82bc (office).
  Body: None.
  Success: 200, with the phone.
  Refusal: 401 without a valid token, otherwise any status from 400 to 499 unless a rule names one; with an error object.
  Who may act on somebody else: a signed-in user with UserAuthenticationMethod.Read.All,
  UserAuthenticationMethod.ReadWrite.All, UserAuthMethod-Phone.Read.All or UserAuthMethod-Phone.ReadWrite.All who is
  Authentication Administrator, Privileged Authentication Administrator or Global Reader; an application with the same
  permission.
  In the legacy edition, in beta, a Global Administrator may as well.
  Who may act on their own phones, under me or by their own id or userPrincipalName: a signed-in user with
  UserAuthenticationMethod.Read, UserAuthenticationMethod.ReadWrite, UserAuthMethod-Phone.Read,
  UserAuthMethod-Phone.ReadWrite, UserAuthenticationMethod.Read.All, UserAuthenticationMethod.ReadWrite.All,
  UserAuthMethod-Phone.Read.All or UserAuthMethod-Phone.ReadWrite.All; no role is needed.
  A personal account may do nothing, and an application may do nothing under me.

  Accepted: GET /v1.0/users/kim@contoso.com/authentication/phoneMethods/3179e48a-750b-4051-897c-87b9720928f7
    200 {"id": "3179e48a-750b-4051-897c-87b9720928f7", "phoneNumber": "+1 2065550100", "phoneType": "mobile", "smsSignInState": "ready"}
  Refused: 404 {"error": {"code": "resourceNotFound", "message": "The user has no such phone."}}

  @id:get.answers-200 @must @reference @watch:success
  Rule: A successful read answers 200 OK.
    Source: reference:get, Response

    @single-answer
    Scenario: A mobile phone is read
      Given a user with a mobile phone
      When the administrator reads the user's mobile phone
      Then the answer is 200 OK

  @id:get.answer-is-a-phone @must @stated @watch:phone
  Rule: A successful read answers with a phoneAuthenticationMethod in JSON, whose phoneType and smsSignInState are among the documented values.
    Source: resource-beta-ja-en, Namespace; resource-beta-ja-en, Methods; resource-beta-ja-en, Properties; resource-beta-ja-en, Introduction; resource-beta-ja-en, JSON representation

    @single-answer
    Scenario Outline: The answer for a <type> phone is a phone
      Given a user with a mobile, an alternateMobile and an office phone
      When the administrator reads the user's <type> phone
      Then the answer is a phone

      Examples:
        | type            |
        | mobile          |
        | alternateMobile |
        | office          |

  @id:get.addressed-by-user-principal-name @must @reference
  Rule: The user whose phone is read may be addressed by user principal name.
    Source: reference:get, HTTP request

    Scenario: A phone of a user principal name is read
      Given a user with a mobile phone
      When the administrator reads the user's mobile phone by user principal name
      Then the answer is the user's mobile phone

  @id:get.addressed-by-the-well-known-id @must @reference
  Rule: A phone can be read by the id that phones of its type have for every user.
    Source: reference:update, Path parameters; reference:tutorial, ids of the phone types

    @single-answer
    Scenario Outline: The <type> phone is read by its well-known id
      Given a user with a mobile, an alternateMobile and an office phone
      When the administrator reads the user's <type> phone by its well-known id
      Then the request succeeds

      Examples:
        | type            |
        | mobile          |
        | alternateMobile |
        | office          |

  @id:get.refusal-has-error-object @must @reference @watch:error-object
  Rule: A refused read answers with an error object that has a code and a message.
    Source: reference:errors, Error resource type

    @single-answer
    Scenario: The refusal of a caller without a token explains itself
      Given a user with a mobile phone
      When a caller without a token reads the user's mobile phone
      Then the answer is an error object

  @id:get.refusal-is-json @advisory @observed
  Rule: A refused read answers with Content-Type application/json.
    Source: observed, headers of a refusal

    @single-answer
    Scenario: The refusal of a caller without a token is JSON
      Given a user with a mobile phone
      When a caller without a token reads the user's mobile phone
      Then the refusal has Content-Type application/json

    @single-answer
    Scenario: The refusal to read a missing phone is JSON
      Given a user with no phones
      When the administrator reads the user's mobile phone
      Then the refusal has Content-Type application/json

  @id:get.missing-token-names-the-scheme @advisory @observed
  Rule: The 401 for a read without a token has a WWW-Authenticate header that names the Bearer scheme.
    Source: observed, headers of a refusal

    @single-answer
    Scenario: A caller without a token learns how to authenticate
      Given a user with a mobile phone
      When a caller without a token reads the user's mobile phone
      Then the refusal names the Bearer scheme

  @id:get.capitals-make-no-difference @advisory @observed
  Rule: A read finds the user and the phone when their ids and the user principal name are written in capitals.
    Source: observed, letter case in paths

    Scenario: A phone is read at an address in capitals
      Given a user with a mobile phone
      When the administrator reads the user's mobile phone at an address in capitals
      Then the answer is the user's mobile phone
