@update @behaviour
Feature: Updating a phone: the business rules
  What of a phone can be changed, and what stays.

  @id:update.changes-the-number @must @stated @effect
  Rule: An update changes the number of the phone, extension included.
    Source: resource-beta-ja-en, Methods; resource-beta-ja-en, Properties; reference:update, Introduction

    Scenario Outline: The number of the <type> phone is changed
      Given a user with a mobile, an alternateMobile and an office phone
      When the administrator changes the number of the user's <type> phone
      Then the request succeeds
      And the user has a mobile, an alternateMobile and an office phone

      Examples:
        | type            |
        | mobile          |
        | alternateMobile |
        | office          |

    Scenario: An extension is added
      Given a user with an office phone
      When the administrator changes the number of the user's office phone to one with an extension
      Then the request succeeds
      And the user has an office phone

    Scenario: An extension is taken away
      Given a user with an office phone
      And the user's office phone has an extension
      When the administrator changes the number of the user's office phone
      Then the request succeeds
      And the user has an office phone

    Scenario: The documented update names the type it keeps
      Given a user with a mobile phone
      When the administrator changes the number of the user's mobile phone and names its type
      Then the request succeeds
      And the user has a mobile phone

  @id:update.shown-everywhere @must @reference
  Rule: After an update, the list and the read of the phone show the same new number.
    Source: reference:update, Introduction; reference:list + reference:get, Response

    Scenario: List and read agree on the new number
      Given a user with a mobile phone
      And list and read agree on the user's mobile phone
      When the administrator changes the number of the user's mobile phone
      Then list and read both show the user's mobile phone as requested

  @id:update.id-and-type-stay @must @stated @watch:ids-are-unique
  Rule: An update leaves the id and the type of the phone as they are: under its type, the phone has the same id as before.
    Source: resource-beta-ja-en, Properties; reference:update, Introduction

    Scenario Outline: The <type> phone keeps id and type
      Given a user with a mobile, an alternateMobile and an office phone
      When the administrator changes the number of the user's <type> phone
      Then the user's <type> phone has the id it had

      Examples:
        | type            |
        | mobile          |
        | alternateMobile |
        | office          |

  @id:update.type-is-fixed @must @reference @last @watch:one-phone-of-each-type
  Rule: The type of a phone cannot be changed: an update that asks for another type is refused, or leaves the type as it is.
    The page says that the type stays, and not whether the request fails.
    Source: reference:update, Introduction

    Scenario Outline: The mobile phone does not become an <type> phone
      Given a user with a mobile phone
      When the administrator changes the type of the user's mobile phone to <type>
      Then the request succeeds or is refused
      And the user's phones are unchanged

      Examples:
        | type            |
        | alternateMobile |
        | office          |

    Scenario: The office phone does not take the place of the mobile phone
      Given a user with a mobile and an office phone
      When the administrator changes the type of the user's office phone to mobile
      Then the request succeeds or is refused
      And the user's phones are unchanged

    Scenario: A new number does not carry a new type with it
      Given a user with a mobile phone
      When the administrator changes the number of the user's mobile phone, and its type to office
      Then the request succeeds or is refused
      And the user's mobile phone keeps its type, and its number where the request is refused

  @id:update.bad-number-is-refused @must @stated
  Rule: A number that does not have the required form is refused when a phone is updated.
    The form is that of create.documented-numbers-are-accepted. Whether its space may be left out is a rule of its own: update.number-needs-a-space.
    Source: create-v1.0-ja + create-beta-en + create-beta-es, Request body; resource-beta-ja-en, Properties

    @single-answer
    Scenario Outline: A number is refused that <problem>
      Given a user with a mobile phone
      When the administrator changes the number of the user's mobile phone to "<number>"
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | problem                       | number                  |
        | is empty                      |                         |
        | is blank                      | ␣␣␣                     |
        | is a word                     | abc                     |
        | has nothing but digits        | 12345                   |
        | lacks the plus sign           | 1 2065550100            |
        | is only a plus sign           | +                       |
        | ends after the country code   | +1                      |
        | ends after the space          | +1␣                     |
        | has nothing but an extension  | +1 x12                  |
        | lacks the country code        | + 0005550100            |
        | has a letter among its digits | +1 20655a0100           |
        | has a letter as country code  | +a 2065550100           |
        | has an empty extension        | +1 2065550100x          |
        | has letters as extension      | +1 2065550100xabc       |
        | has two extensions            | +1 2065550100x1x2       |
        | goes on after the extension   | +1 2065550100x12garbage |
        | starts before the plus sign   | 00+1 2065550100         |
        | is a tel URI                  | tel:+1 2065550100       |
        | starts with two plus signs    | ++1 2065550100          |
        | names its extension           | +1 2065550100 ext. 12   |
        | has a second plus sign        | +1 +2065550100          |
        | starts with 00                | 001 2065550100          |
        | has two spaces                | +1␣␣2065550100          |
        | has a space among its digits  | +1 206 5550100          |
        | spaces out its extension      | +1 2065550100 x12       |
        | is a national number          | 2065550100              |
        | has hyphens                   | +1 206-555-0100         |
        | has parentheses               | +1 (206)5550100         |
        | has a tab as its space        | +1⇥2065550100           |
        | ends in a line break          | +1 2065550100⏎          |
        | has digits of another script  | +1 ٢٠٦٥٥٥٠١٠٠           |

    @single-answer
    Scenario Outline: The number <number> is refused for the <type> phone as well
      Given a user with a mobile, an alternateMobile and an office phone
      When the administrator changes the number of the user's <type> phone to "<number>"
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | type            | number         |
        | alternateMobile | 12345          |
        | alternateMobile | 1 2065550100   |
        | alternateMobile | +1 20655a0100  |
        | office          | 12345          |
        | office          | 1 2065550100   |
        | office          | +1 20655a0100  |
        | office          | +1 2065550100x |

  @id:update.number-needs-a-space @advisory @stated
  Rule: A number without the space between country code and number should be refused when a phone is updated.
    The live service accepts such numbers, so that the documents alone ask for the refusal.
    Source: create-v1.0-ja + create-beta-en + create-beta-es, Request body; resource-beta-ja-en, Properties; observed, numbers without a space

    @single-answer
    Scenario: A number without a space is refused
      Given a user with a mobile phone
      When the administrator changes the number of the user's mobile phone to an unspaced one
      Then the request is refused
      And the user's phones are unchanged

  @id:update.read-only-properties @must @stated @last
  Rule: id and smsSignInState are read-only: an update that sends them does not set them, whether it is accepted or refused.
    Source: resource-beta-ja-en, Properties; create-beta-en, Request body

    Scenario: An smsSignInState in the body makes no office phone ready
      Given a user with an office phone
      When the administrator changes the number of the user's office phone claiming the smsSignInState "ready"
      Then no phone of the user has the smsSignInState "ready"

    Scenario: An smsSignInState in the body makes no alternateMobile phone ready
      Given a user not allowed SMS sign-in with a mobile and an alternateMobile phone
      When the administrator changes the number of the user's alternateMobile phone claiming the smsSignInState "ready"
      Then no phone of the user has the smsSignInState "ready"

    Scenario: An id in the body does not become the phone's id
      Given a user with an office phone
      When the administrator changes the number of the user's office phone claiming the id "11111111-2222-3333-4444-555555555555"
      Then no phone of the user has the id "11111111-2222-3333-4444-555555555555"

    Scenario: An smsSignInState alone makes no office phone ready
      Given a user with an office phone
      When the administrator updates the user's office phone from the body {"smsSignInState": "ready"}
      Then no phone of the user has the smsSignInState "ready"

  @id:update.what-is-not-sent-stays @must @reference @last
  Rule: An update that sends no number leaves the number as it is, whether it is accepted or refused.
    Source: reference:update, Request body

    Scenario Outline: A body <content> leaves the phone as it is
      Given a user with a mobile phone
      When the administrator updates the user's mobile phone from the body <body>
      Then the request succeeds or is refused
      And the user has a mobile phone

      Examples:
        | content               | body                    |
        | of no property at all | {}                      |
        | of the type alone     | {"phoneType": "mobile"} |
        | whose number is null  | {"phoneNumber": null}   |

  @id:update.absent-phone-is-refused @must @reference
  Rule: A phone that the user does not have cannot be updated, and is not created by an update.
    Source: reference:errors, 404

    Scenario Outline: The <type> phone of a user with <phones> cannot be updated
      Given a user with <phones>
      When the administrator changes the number of the user's <type> phone
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | type            | phones         |
        | mobile          | no phones      |
        | alternateMobile | a mobile phone |
        | office          | a mobile phone |

    Scenario: An id that no phone has cannot be updated
      Given a user with a mobile phone
      When the administrator changes the number of a phone of the user by an id that no phone has
      Then the request is refused
      And the user's phones are unchanged

  @id:update.other-phones-stay @must @stated
  Rule: An update leaves the user's other phones as they are.
    Source: resource-beta-ja-en, Methods

    Scenario Outline: The other phones stay when the <type> phone is updated
      Given a user with a mobile, an alternateMobile and an office phone
      When the administrator changes the number of the user's <type> phone
      Then the user's other phones are unchanged

      Examples:
        | type            |
        | mobile          |
        | alternateMobile |
        | office          |

    Scenario: SMS sign-in stays on when the office phone is updated
      Given a user allowed SMS sign-in with a mobile and an office phone
      And the user's mobile phone is ready for SMS sign-in
      When the administrator changes the number of the user's office phone
      Then the user's other phones are unchanged

    Scenario: A phone with the same number stays
      Given a user with a mobile phone
      And the administrator has tried to add an office phone with the number of the user's mobile phone for the user
      When the administrator changes the number of the user's office phone
      Then the user's other phones are unchanged

  @id:update.other-users-stay @must @reference
  Rule: An update leaves other users' phones as they are.
    Source: resource-beta-ja-en, Methods; reference:update, HTTP request

    Scenario: Another user keeps their phones
      Given a user with a mobile phone
      And another user with a mobile and an office phone
      When the administrator changes the number of the user's mobile phone
      Then the other user's phones are unchanged

    Scenario: Another user without phones gets none
      Given a user with a mobile phone
      And another user with no phones
      When the administrator changes the number of the user's mobile phone
      Then the other user's phones are unchanged

    Scenario: Another user's phone with the same number stays
      Given a user with a mobile phone
      And another user with no phones
      And the administrator has tried to add an office phone with the number of the user's mobile phone for the other user
      When the administrator changes the number of the user's mobile phone
      Then the other user's phones are unchanged

  @id:update.sms-sign-in-follows-the-number @must @reference
  Rule: The new mobile number of a user whom policy allows SMS sign-in is registered for it in place of the old one.
    The phone becomes ready, phoneNumberNotUnique if somebody else uses the number for SMS sign-in, or notAllowedByPolicy outside the policy.
    Where SMS sign-in was off before the change, it may stay off.
    Source: reference:update + enable-v1.0-fr, Introduction; resource-beta-ja-en, SMS sign-in states

    Scenario: A new number of its own is ready
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When the administrator changes the number of the user's mobile phone
      Then the user's mobile phone has the smsSignInState "ready"

    Scenario: The number that it has already stays ready
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When the administrator changes the number of the user's mobile phone to the one it has
      Then the user's mobile phone has the smsSignInState "ready"

    Scenario: A number of another user is not unique
      Given a user allowed SMS sign-in with a mobile phone
      And another user allowed SMS sign-in with a mobile phone
      And the other user's mobile phone is ready for SMS sign-in
      When the administrator changes the number of the user's mobile phone to the other user's
      Then the user's mobile phone, if it has the other user's number, has the smsSignInState "phoneNumberNotUnique"
      And the other user's phones are unchanged

    Scenario: A number that was taken is left behind
      Given a user allowed SMS sign-in with no phones
      And another user allowed SMS sign-in with a mobile phone
      And the other user's mobile phone is ready for SMS sign-in
      And the administrator has tried to add a mobile phone with the other user's number for the user
      When the administrator changes the number of the user's mobile phone
      Then the user's mobile phone, if there is one, has the smsSignInState "ready", "notConfigured" or "notEnabled"

    Scenario: A new number does not get round the policy
      Given a user not allowed SMS sign-in with a mobile phone
      When the administrator changes the number of the user's mobile phone
      Then the user's mobile phone has the smsSignInState "notAllowedByPolicy"

  @id:update.others-are-not-supported @must @stated @watch:others-are-not-supported
  Rule: A phone that is not a mobile phone cannot be used for SMS sign-in after an update, either.
    Source: resource-beta-ja-en, SMS sign-in states

    Scenario Outline: A new number makes no <type> phone one for SMS sign-in
      Given a user allowed SMS sign-in with a mobile, an alternateMobile and an office phone
      When the administrator changes the number of the user's <type> phone
      Then the user's phones show every phone but the mobile as notSupported or notAllowedByPolicy

      Examples:
        | type            |
        | alternateMobile |
        | office          |

  @id:update.freed-number-can-be-used @must @reference
  Rule: A number that an update replaced can be used for SMS sign-in by somebody else.
    Source: reference:update + enable-v1.0-fr, Introduction

    Scenario: The old number is free for another user
      Given a user allowed SMS sign-in with a mobile phone
      And another user allowed SMS sign-in with no phones
      And the user's mobile phone is ready for SMS sign-in
      When the administrator changes the number of the user's mobile phone
      Then the other user can use the user's old number for SMS sign-in

  @id:update.unknown-user-is-refused @advisory @observed
  Rule: A phone of a user who does not exist should not be updated: the request should be refused.
    Source: observed, users who do not exist; reference:errors, 404

    @single-answer
    Scenario: Nobody has the id
      When the administrator changes the number of the mobile phone of a user who does not exist
      Then the request is refused

  @id:update.refusal-changes-nothing @must @stated
  Rule: A refused update changes no phone, neither of the user nor of anybody else.
    Source: resource-beta-ja-en, Properties; create-v1.0-ja + create-beta-en + create-beta-es, Request body

    Scenario: A malformed number changes nothing
      Given a user with a mobile phone
      And another user with a mobile phone
      When the administrator changes the number of the user's mobile phone to "abc"
      Then the refusal leaves the user's phones unchanged
      And the refusal leaves the other user's phones unchanged
