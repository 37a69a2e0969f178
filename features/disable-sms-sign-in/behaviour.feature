@disable-sms-sign-in @behaviour
Feature: Turning off SMS sign-in: the business rules
  What is left when SMS sign-in is turned off.

  @id:disable-sms-sign-in.no-longer-ready @must @stated @effect
  Rule: A ready mobile phone for which SMS sign-in is turned off becomes notConfigured or notEnabled, in the list and when it is read.
    Source: reference:disable-sms-sign-in + resource-beta-ja-en, Introduction; reference:resource + resource-beta-ja-en, SMS sign-in states; resource-beta-ja-en, Methods

    Scenario: The mobile phone is no longer ready
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      And list and read agree on the user's mobile phone
      When the administrator turns off SMS sign-in for the user's mobile phone
      Then list and read both show the user's mobile phone as "notConfigured" or "notEnabled"

  @id:disable-sms-sign-in.phone-stays @must @reference
  Rule: Turning off SMS sign-in leaves the phone where it is, with its number.
    Source: resource-beta-ja-en, Methods; reference:disable-sms-sign-in, Introduction

    Scenario: The phone stays
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When the administrator turns off SMS sign-in for the user's mobile phone
      Then the user has a mobile phone

  @id:disable-sms-sign-in.only-a-mobile @must @reference
  Rule: Turning off SMS sign-in for a phone that is not a mobile phone changes nothing, whether it is accepted or refused.
    SMS sign-in is off for such a phone already, and no page asks for a refusal.
    Source: reference:disable-sms-sign-in, HTTP request

    Scenario Outline: SMS sign-in stays as it is when it is turned off for an <type> phone
      Given a user allowed SMS sign-in with a mobile, an alternateMobile and an office phone
      And the user's mobile phone is ready for SMS sign-in
      When the administrator turns off SMS sign-in for the user's <type> phone
      Then the request succeeds or is refused
      And the user's phones are unchanged

      Examples:
        | type            |
        | alternateMobile |
        | office          |

  @id:disable-sms-sign-in.frees-the-number @must @reference
  Rule: A number for which SMS sign-in was turned off can be used for SMS sign-in by somebody else.
    Source: reference:disable-sms-sign-in + enable-v1.0-fr, Introduction

    Scenario: The number is free for another user
      Given a user allowed SMS sign-in with a mobile phone
      And another user allowed SMS sign-in with no phones
      And the user's mobile phone is ready for SMS sign-in
      When the administrator turns off SMS sign-in for the user's mobile phone
      Then the other user can use the user's old number for SMS sign-in

  @id:disable-sms-sign-in.absent-phone-is-refused @must @reference
  Rule: SMS sign-in cannot be turned off for a phone that the user does not have.
    Source: reference:errors, 404

    Scenario: A user without a mobile phone is refused
      Given a user allowed SMS sign-in with an office phone
      When the administrator turns off SMS sign-in for the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

    Scenario: An id that no phone has is refused
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When the administrator turns off SMS sign-in for a phone of the user by an id that no phone has
      Then the request is refused
      And the user's phones are unchanged

  @id:disable-sms-sign-in.twice @must @reference
  Rule: Turning off SMS sign-in a second time changes nothing, whether it is accepted or refused.
    Source: reference:disable-sms-sign-in, Introduction

    Scenario: The second time changes nothing
      Given a user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      When the administrator turns off SMS sign-in for the user's mobile phone
      Then the request succeeds or is refused
      And the user's phones are unchanged

    Scenario: SMS sign-in that policy does not allow is off already
      Given a user not allowed SMS sign-in with a mobile phone
      When the administrator turns off SMS sign-in for the user's mobile phone
      Then the request succeeds or is refused
      And the user's phones are unchanged

  @id:disable-sms-sign-in.other-phones-stay @must @reference
  Rule: Turning off SMS sign-in leaves the user's other phones as they are.
    Source: resource-beta-ja-en, Methods; reference:disable-sms-sign-in, Introduction

    Scenario: The other phones stay
      Given a user allowed SMS sign-in with a mobile, an alternateMobile and an office phone
      And the user's mobile phone is ready for SMS sign-in
      When the administrator turns off SMS sign-in for the user's mobile phone
      Then the user's other phones are unchanged

  @id:disable-sms-sign-in.other-users-stay @must @reference
  Rule: Turning off SMS sign-in leaves other users' phones as they are.
    Source: resource-beta-ja-en, Methods; reference:disable-sms-sign-in, Introduction

    Scenario: Another user is not concerned
      Given a user allowed SMS sign-in with a mobile phone
      And another user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      And the other user's mobile phone is ready for SMS sign-in
      When the administrator turns off SMS sign-in for the user's mobile phone
      Then the other user's phones are unchanged

  @id:disable-sms-sign-in.me-disables-own-phone @must @reference
  Rule: /me turns off SMS sign-in for the signed-in user.
    Source: reference:disable-sms-sign-in, HTTP request

    Scenario: The signed-in user turns it off
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When the user turns off SMS sign-in for their own mobile phone
      Then the request succeeds
      And the user's mobile phone has the smsSignInState "notConfigured" or "notEnabled"

  @id:disable-sms-sign-in.unknown-user-is-refused @advisory @observed
  Rule: SMS sign-in should not be turned off for a user who does not exist: the request should be refused.
    Source: observed, users who do not exist; reference:errors, 404

    @single-answer
    Scenario: Nobody has the id
      When the administrator turns off SMS sign-in for the mobile phone of a user who does not exist
      Then the request is refused

  @id:disable-sms-sign-in.refusal-changes-nothing @must @reference
  Rule: A refusal to turn off SMS sign-in changes no phone, neither of the user nor of anybody else.
    Source: reference:errors, Status codes

    Scenario: A missing mobile phone changes nothing
      Given a user allowed SMS sign-in with an office phone
      And another user allowed SMS sign-in with a mobile phone
      When the administrator turns off SMS sign-in for the user's mobile phone
      Then the refusal leaves the user's phones unchanged
      And the refusal leaves the other user's phones unchanged
