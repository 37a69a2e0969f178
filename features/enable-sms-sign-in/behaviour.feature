@enable-sms-sign-in @behaviour
Feature: Turning on SMS sign-in: the business rules
  Which phones can be used for SMS sign-in, and by whom.

  @id:enable-sms-sign-in.becomes-ready @must @stated @effect
  Rule: A mobile phone for which SMS sign-in is turned on is ready, in the list and when it is read.
    Source: enable-v1.0-fr + resource-beta-ja-en, Introduction; resource-beta-ja-en, SMS sign-in states; resource-beta-ja-en, Methods; enable-v1.0-fr, HTTP request

    Scenario: The mobile phone becomes ready
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      And list and read agree on the user's mobile phone
      When the administrator turns on SMS sign-in for the user's mobile phone
      Then list and read both show the user's mobile phone as "ready"

    Scenario: A mobile phone whose number was changed becomes ready
      Given a user allowed SMS sign-in with a mobile phone
      And the administrator has changed the number of the user's mobile phone
      And SMS sign-in is off for the user's mobile phone
      When the administrator turns on SMS sign-in for the user's mobile phone
      Then the user's mobile phone has the smsSignInState "ready"

    Scenario: A number that was taken and is free again becomes ready
      Given a user allowed SMS sign-in with no phones
      And another user allowed SMS sign-in with a mobile phone
      And the other user's mobile phone is ready for SMS sign-in
      And the administrator has tried to add a mobile phone with the other user's number for the user
      And SMS sign-in is off for the other user's mobile phone
      When the administrator turns on SMS sign-in for the user's mobile phone
      Then the user's mobile phone, if there is one, has the smsSignInState "ready"

  @id:enable-sms-sign-in.only-a-mobile @must @stated @watch:others-are-not-supported
  Rule: SMS sign-in can be turned on for a mobile phone only.
    Source: enable-v1.0-fr, Introduction; resource-beta-ja-en, SMS sign-in states; enable-v1.0-fr, HTTP request

    Scenario Outline: SMS sign-in is not turned on for an <type> phone
      Given a user allowed SMS sign-in with a mobile, an alternateMobile and an office phone
      And SMS sign-in is off for the user's mobile phone
      When the administrator turns on SMS sign-in for the user's <type> phone
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | type            |
        | alternateMobile |
        | office          |

  @id:enable-sms-sign-in.only-a-unique-number @must @stated
  Rule: SMS sign-in can be turned on only for a number that nobody else uses for it.
    Source: enable-v1.0-fr, Introduction; resource-beta-ja-en, SMS sign-in states

    Scenario: The number of another user cannot be used
      Given a user allowed SMS sign-in with no phones
      And another user allowed SMS sign-in with a mobile phone
      And the other user's mobile phone is ready for SMS sign-in
      And the administrator has tried to add a mobile phone with the other user's number for the user
      When the administrator turns on SMS sign-in for the user's mobile phone
      Then the request is refused
      And the user's mobile phone, if there is one, has the smsSignInState "phoneNumberNotUnique"

    Scenario: The signed-in user cannot use the number of another user either
      Given a user allowed SMS sign-in with no phones
      And another user allowed SMS sign-in with a mobile phone
      And the other user's mobile phone is ready for SMS sign-in
      And the administrator has tried to add a mobile phone with the other user's number for the user
      When the user turns on SMS sign-in for their own mobile phone
      Then the request is refused
      And the user's mobile phone, if there is one, has the smsSignInState "phoneNumberNotUnique"

    Scenario: A number that a change has set cannot be used either
      Given a user allowed SMS sign-in with a mobile phone
      And another user allowed SMS sign-in with a mobile phone
      And the other user's mobile phone is ready for SMS sign-in
      And the administrator has tried to change the number of the user's mobile phone to the other user's
      When the administrator turns on SMS sign-in for the user's mobile phone
      Then the user's mobile phone, if it has the other user's number, has the smsSignInState "phoneNumberNotUnique"

    Scenario: The other user keeps the number
      Given a user allowed SMS sign-in with no phones
      And another user allowed SMS sign-in with a mobile phone
      And the other user's mobile phone is ready for SMS sign-in
      And the administrator has tried to add a mobile phone with the other user's number for the user
      When the administrator turns on SMS sign-in for the user's mobile phone
      Then the other user's phones are unchanged

  @id:enable-sms-sign-in.one-number-for-two-at-once @must @stated
  Rule: Of two users with one number for whom SMS sign-in is turned on at the same moment, at most one is ready.
    Source: enable-v1.0-fr, Introduction; resource-beta-ja-en, SMS sign-in states

    Scenario: SMS sign-in is turned on for two users at once
      Given a user allowed SMS sign-in with no phones
      And another user allowed SMS sign-in with a mobile phone
      And the other user's mobile phone is ready for SMS sign-in
      And the administrator has tried to add a mobile phone with the other user's number for the user
      And SMS sign-in is off for the other user's mobile phone
      When the administrator turns on SMS sign-in for both users' mobile phones at once, again and again
      Then never are both phones ready for SMS sign-in

  @id:enable-sms-sign-in.only-a-user-allowed-by-policy @must @stated
  Rule: SMS sign-in can be turned on only for a user whom policy allows it.
    Source: enable-v1.0-fr, Introduction; resource-beta-ja-en, SMS sign-in states

    Scenario: SMS sign-in is not turned on against the policy
      Given a user not allowed SMS sign-in with a mobile phone
      When the administrator turns on SMS sign-in for the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

    Scenario: Users do not turn it on against the policy either
      Given a user not allowed SMS sign-in with a mobile phone
      When the user turns on SMS sign-in for their own mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:enable-sms-sign-in.absent-phone-is-refused @must @stated
  Rule: SMS sign-in cannot be turned on for a phone that the user does not have.
    Source: enable-v1.0-fr, Introduction; reference:errors, 404

    Scenario: A user without a mobile phone is refused
      Given a user allowed SMS sign-in with an office phone
      When the administrator turns on SMS sign-in for the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

    Scenario: An id that no phone has is refused
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When the administrator turns on SMS sign-in for a phone of the user by an id that no phone has
      Then the request is refused
      And the user's phones are unchanged

  @id:enable-sms-sign-in.twice @must @stated
  Rule: Turning on SMS sign-in a second time changes nothing, whether it is accepted or refused.
    Source: enable-v1.0-fr, Introduction

    Scenario: The second time changes nothing
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When the administrator turns on SMS sign-in for the user's mobile phone
      Then the request succeeds or is refused
      And the user's phones are unchanged

  @id:enable-sms-sign-in.other-phones-stay @must @stated
  Rule: Turning on SMS sign-in leaves the user's other phones as they are.
    Source: enable-v1.0-fr, Introduction; resource-beta-ja-en, Methods

    Scenario: The other phones stay
      Given a user allowed SMS sign-in with a mobile, an alternateMobile and an office phone
      And SMS sign-in is off for the user's mobile phone
      When the administrator turns on SMS sign-in for the user's mobile phone
      Then the user's other phones are unchanged

  @id:enable-sms-sign-in.other-users-stay @must @stated
  Rule: Turning on SMS sign-in leaves other users' phones as they are.
    Source: enable-v1.0-fr, Introduction; resource-beta-ja-en, Methods; enable-v1.0-fr, HTTP request

    Scenario: Another user is not concerned
      Given a user allowed SMS sign-in with a mobile phone
      And another user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      And the other user's mobile phone is ready for SMS sign-in
      When the administrator turns on SMS sign-in for the user's mobile phone
      Then the other user's phones are unchanged

    Scenario: Another user's SMS sign-in stays off
      Given a user allowed SMS sign-in with a mobile phone
      And another user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      And SMS sign-in is off for the other user's mobile phone
      When the administrator turns on SMS sign-in for the user's mobile phone
      Then the other user's phones are unchanged

  @id:enable-sms-sign-in.me-enables-own-phone @must @stated
  Rule: /me turns on SMS sign-in for the signed-in user.
    Source: enable-v1.0-fr, HTTP request; enable-v1.0-fr, Examples

    Scenario: The signed-in user turns it on
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When the user turns on SMS sign-in for their own mobile phone
      Then the request succeeds
      And the user's mobile phone has the smsSignInState "ready"

  @id:enable-sms-sign-in.unknown-user-is-refused @advisory @observed
  Rule: SMS sign-in should not be turned on for a user who does not exist: the request should be refused.
    Source: observed, users who do not exist; reference:errors, 404

    @single-answer
    Scenario: Nobody has the id
      When the administrator turns on SMS sign-in for the mobile phone of a user who does not exist
      Then the request is refused

  @id:enable-sms-sign-in.refusal-changes-nothing @must @stated
  Rule: A refusal to turn on SMS sign-in changes no phone, neither of the user nor of anybody else.
    Source: enable-v1.0-fr, Introduction

    Scenario: An office phone changes nothing
      Given a user allowed SMS sign-in with a mobile and an office phone
      And another user allowed SMS sign-in with a mobile and an office phone
      When the administrator turns on SMS sign-in for the user's office phone
      Then the refusal leaves the user's phones unchanged
      And the refusal leaves the other user's phones unchanged
