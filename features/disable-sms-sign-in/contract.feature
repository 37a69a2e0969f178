@disable-sms-sign-in @contract
Feature: Turning off SMS sign-in: the contract
  Turns off SMS sign-in for a user's mobile phone.

    POST /{version}/users/{id | userPrincipalName}/authentication/phoneMethods/{phone id}/disableSmsSignIn
    POST /{version}/me/authentication/phoneMethods/{phone id}/disableSmsSignIn
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

  Accepted: POST /v1.0/users/kim@contoso.com/authentication/phoneMethods/3179e48a-750b-4051-897c-87b9720928f7/disableSmsSignIn
    204
  Refused: 404 {"error": {"code": "resourceNotFound", "message": "The user has no mobile phone."}}

  @id:disable-sms-sign-in.answers-204 @must @reference @watch:success
  Rule: Turning off SMS sign-in successfully answers 204 No Content with nothing in the body; in beta 200 OK is accepted as well.
    The pages of beta once said 200 OK; v1.0 has never said anything but 204.
    Source: resource-beta-ja-en, Methods; reference:disable-sms-sign-in, Response

    @single-answer @v1.0
    Scenario: The answer is nothing
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When the administrator turns off SMS sign-in for the user's mobile phone
      Then the answer is 204 No Content
      And the answer is empty

    @single-answer @beta
    Scenario: The answer is nothing in beta
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When the administrator turns off SMS sign-in for the user's mobile phone
      Then the answer is 200 OK or 204 No Content
      And the answer is empty

  @id:disable-sms-sign-in.addressed-by-user-principal-name @must @reference
  Rule: The user whose SMS sign-in is turned off may be addressed by user principal name.
    Source: reference:disable-sms-sign-in, HTTP request

    Scenario: A user principal name is enough
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When the administrator turns off SMS sign-in for the user's mobile phone by user principal name
      Then the request succeeds
      And the user's mobile phone has the smsSignInState "notConfigured" or "notEnabled"

  @id:disable-sms-sign-in.addressed-by-the-well-known-id @must @reference
  Rule: SMS sign-in is turned off for the mobile phone by the id 3179e48a-750b-4051-897c-87b9720928f7.
    Source: reference:update, Path parameters; reference:tutorial, ids of the phone types

    Scenario: The mobile phone is addressed by its well-known id
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When the administrator turns off SMS sign-in for the user's mobile phone by its well-known id
      Then the request succeeds
      And the user's mobile phone has the smsSignInState "notConfigured" or "notEnabled"

  @id:disable-sms-sign-in.refusal-has-error-object @must @reference @watch:error-object
  Rule: A refusal to turn off SMS sign-in answers with an error object that has a code and a message.
    Source: reference:errors, Error resource type

    @single-answer
    Scenario: The refusal of a caller without a token explains itself
      Given a user allowed SMS sign-in with a mobile phone
      When a caller without a token turns off SMS sign-in for the user's mobile phone
      Then the answer is an error object
