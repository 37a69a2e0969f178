@enable-sms-sign-in @contract
Feature: Turning on SMS sign-in: the contract
  Turns on SMS sign-in for a user's mobile phone.

    POST /{version}/users/{id | userPrincipalName}/authentication/phoneMethods/{phone id}/enableSmsSignIn
    POST /{version}/me/authentication/phoneMethods/{phone id}/enableSmsSignIn
    Authorization: Bearer {token}

  The version is v1.0 or beta.
  A phone's id is 3179e48a-750b-4051-897c-87b9720928f7 (mobile), b6332ec1-7057-4abe-9331-3d72feddfe41 (alternateMobile) or
  e37fc753-ff3b-4958-9484-eaa9425c82bc (office).
  Body: None.
  Success: 204 in v1.0, 200 or 204 in beta, without a body.
  Refusal: 401 without a valid token, otherwise any status from 400 to 499 unless a rule names one; with an error object.
  Who may act on somebody else: a signed-in user with UserAuthenticationMethod.ReadWrite.All or
  UserAuthMethod-Phone.ReadWrite.All who is Authentication Administrator or Privileged Authentication Administrator; an
  application with the same permission.
  In the legacy edition, in beta, a Global Administrator may as well.
  Who may act on their own phones, under me or by their own id or userPrincipalName: a signed-in user with
  UserAuthenticationMethod.ReadWrite, UserAuthMethod-Phone.ReadWrite, UserAuthenticationMethod.ReadWrite.All or
  UserAuthMethod-Phone.ReadWrite.All; no role is needed.
  A personal account may do nothing, and an application may do nothing under me.

  Accepted: POST /v1.0/users/kim@contoso.com/authentication/phoneMethods/3179e48a-750b-4051-897c-87b9720928f7/enableSmsSignIn
    204
  Refused: 400 {"error": {"code": "phoneNumberNotUnique", "message": "Somebody else signs in with this number."}}

  @id:enable-sms-sign-in.answers-204 @must @stated @watch:success
  Rule: Turning on SMS sign-in successfully answers 204 No Content with nothing in the body; in beta 200 OK is accepted as well.
    The pages of beta once said 200 OK; v1.0 has never said anything but 204.
    Source: enable-v1.0-fr, Response; resource-beta-ja-en, Methods; enable-v1.0-fr, Examples

    @single-answer @v1.0
    Scenario: The answer is nothing
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When the administrator turns on SMS sign-in for the user's mobile phone
      Then the answer is 204 No Content
      And the answer is empty

    @single-answer @beta
    Scenario: The answer is nothing in beta
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When the administrator turns on SMS sign-in for the user's mobile phone
      Then the answer is 200 OK or 204 No Content
      And the answer is empty

  @id:enable-sms-sign-in.addressed-by-user-principal-name @must @stated
  Rule: The user whose SMS sign-in is turned on may be addressed by user principal name.
    Source: enable-v1.0-fr, HTTP request

    Scenario: A user principal name is enough
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When the administrator turns on SMS sign-in for the user's mobile phone by user principal name
      Then the request succeeds
      And the user's mobile phone has the smsSignInState "ready"

  @id:enable-sms-sign-in.addressed-by-the-well-known-id @must @stated
  Rule: SMS sign-in is turned on for the mobile phone by the id 3179e48a-750b-4051-897c-87b9720928f7.
    Source: enable-v1.0-fr, HTTP request

    Scenario: The mobile phone is addressed by its well-known id
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When the administrator turns on SMS sign-in for the user's mobile phone by its well-known id
      Then the request succeeds
      And the user's mobile phone has the smsSignInState "ready"

  @id:enable-sms-sign-in.refusal-has-error-object @must @reference @watch:error-object
  Rule: A refusal to turn on SMS sign-in answers with an error object that has a code and a message.
    Source: reference:errors, Error resource type

    @single-answer
    Scenario: The refusal of a caller without a token explains itself
      Given a user allowed SMS sign-in with a mobile phone
      When a caller without a token turns on SMS sign-in for the user's mobile phone
      Then the answer is an error object
