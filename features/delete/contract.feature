@delete @contract
Feature: Deleting a phone: the contract
  Deletes a phone of a user.

    DELETE /{version}/users/{id | userPrincipalName}/authentication/phoneMethods/{phone id}
    DELETE /{version}/me/authentication/phoneMethods/{phone id}
    Authorization: Bearer {token}

  The version is v1.0 or beta.
  A phone's id is 3179e48a-750b-4051-897c-87b9720928f7 (mobile), b6332ec1-7057-4abe-9331-3d72feddfe41 (alternateMobile) or
  e37fc753-ff3b-4958-9484-eaa9425c82bc (office).
  Body: None.
  Success: 204, without a body.
  Refusal: 401 without a valid token, otherwise any status from 400 to 499 unless a rule names one; with an error object.
  Who may act on somebody else: a signed-in user with UserAuthenticationMethod.ReadWrite.All or
  UserAuthMethod-Phone.ReadWrite.All who is Authentication Administrator or Privileged Authentication Administrator; an
  application with the same permission.
  In the legacy edition, in beta, a Global Administrator may as well.
  Who may act on their own phones, under me or by their own id or userPrincipalName: a signed-in user with
  UserAuthenticationMethod.ReadWrite, UserAuthMethod-Phone.ReadWrite, UserAuthenticationMethod.ReadWrite.All or
  UserAuthMethod-Phone.ReadWrite.All; no role is needed.
  A personal account may do nothing, and an application may do nothing under me.

  Accepted: DELETE /v1.0/users/kim@contoso.com/authentication/phoneMethods/3179e48a-750b-4051-897c-87b9720928f7
    204
  Refused: 400 {"error": {"code": "badRequest", "message": "The user has an alternateMobile phone."}}

  @id:delete.answers-204 @must @reference @watch:success
  Rule: A successful delete answers 204 No Content, with nothing in the body.
    Source: reference:delete, Response; resource-beta-ja-en, Methods

    @single-answer
    Scenario Outline: The deletion of a <type> phone answers with nothing
      Given a user with <phones>
      When the administrator deletes the user's <type> phone
      Then the answer is 204 No Content
      And the answer is empty

      Examples:
        | type            | phones                                |
        | mobile          | a mobile phone                        |
        | alternateMobile | a mobile and an alternateMobile phone |
        | office          | an office phone                       |

  @id:delete.addressed-by-user-principal-name @must @reference
  Rule: The user whose phone is deleted may be addressed by user principal name.
    Source: reference:delete, HTTP request

    Scenario: A phone of a user principal name is deleted
      Given a user with a mobile and an alternateMobile phone
      When the administrator deletes the user's alternateMobile phone by user principal name
      Then the request succeeds
      And the user has a mobile phone

  @id:delete.addressed-by-the-well-known-id @must @reference
  Rule: A phone can be deleted by the id that phones of its type have for every user.
    Source: reference:update, Path parameters; reference:tutorial, ids of the phone types

    Scenario Outline: The <type> phone is deleted by its well-known id
      Given a user with <before>
      When the administrator deletes the user's <type> phone by its well-known id
      Then the request succeeds
      And the user has <after>

      Examples:
        | type            | before                                | after          |
        | mobile          | a mobile phone                        | no phones      |
        | alternateMobile | a mobile and an alternateMobile phone | a mobile phone |
        | office          | an office phone                       | no phones      |

  @id:delete.refusal-has-error-object @must @reference @watch:error-object
  Rule: A refused delete answers with an error object that has a code and a message.
    Source: reference:errors, Error resource type

    @single-answer
    Scenario: The refusal of a caller without a token explains itself
      Given a user with a mobile phone
      When a caller without a token deletes the user's mobile phone
      Then the answer is an error object
