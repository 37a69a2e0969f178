@disable-sms-sign-in @contract
Feature: Turning off SMS sign-in: the contract
  What comes back when SMS sign-in is turned off.

  @id:disable-sms-sign-in.answers-204 @must @reference @watch:success
  Rule: Turning off SMS sign-in successfully answers 204 No Content, or in beta 200 OK as well, with nothing in the body.
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
  Rule: SMS sign-in is turned off for the mobile phone by the id that mobile phones have for every user.
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
