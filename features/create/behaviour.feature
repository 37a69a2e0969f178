@create @behaviour
Feature: Creating a phone: the business rules
  Which phones a user can have, which numbers are numbers, and what becomes of SMS sign-in.

  @id:create.is-stored @must @stated @effect
  Rule: A phone that was created is one of the user's phones, with the number and the type that were requested.
    Source: create-v1.0-ja + create-beta-en + create-beta-es, Introduction; create-v1.0-ja + create-beta-en + create-beta-es, HTTP request

    Scenario Outline: A new <type> phone is there
      Given a user with <before>
      When the administrator adds <a phone> for the user
      Then the user has <after>

      Examples:
        | type            | a phone                  | before         | after                                 |
        | mobile          | a mobile phone           | no phones      | a mobile phone                        |
        | alternateMobile | an alternateMobile phone | a mobile phone | a mobile and an alternateMobile phone |
        | office          | an office phone          | no phones      | an office phone                       |

    Scenario: A new office phone keeps its extension
      Given a user with no phones
      When the administrator adds an office phone with an extension for the user
      Then the user has an office phone

  @id:create.documented-numbers-are-accepted @must @stated
  Rule: Numbers of the form +{country code} {number}x{extension} are accepted, with and without x{extension}.
    A country code has one to three digits; whether such a country exists, how long number and extension are, and
    whether a number begins with a zero, the documents leave open.
    Source: create-v1.0-ja + create-beta-en + create-beta-es, Request body; resource-beta-ja-en, Properties; create-beta-en, Examples

    Scenario Outline: The documents' example <number> is accepted
      Given a user with no phones
      When the administrator adds an office phone with the number "<number>" for the user
      Then the request succeeds
      And the user has an office phone

      Examples:
        | number            |
        | +1 5555551234     |
        | +1 5555551234x123 |
        | +1 2065555555     |

    Scenario Outline: The number of <a phone> may have a country code of any length
      Given a user with no phones
      When the administrator adds <a phone> for the user
      Then the request succeeds
      And the user has <a phone>

      Examples:
        | a phone         |
        | a mobile phone  |
        | an office phone |

  @id:create.any-phone-may-have-an-extension @advisory @stated
  Rule: A mobile phone and an alternateMobile phone should be allowed an extension, as an office phone is.
    The live product supports extensions for office phones only: a server that refuses them for the other types is right as well.
    Source: create-v1.0-ja + create-beta-en + create-beta-es, Request body; resource-beta-ja-en, Properties; reference:phone-options, Mobile phone verification

    Scenario Outline: <a phone> keeps its extension
      Given a user with <before>
      When the administrator adds <a phone> with an extension for the user
      Then the request succeeds
      And the user has <after>

      Examples:
        | a phone                  | before         | after                                 |
        | a mobile phone           | no phones      | a mobile phone                        |
        | an alternateMobile phone | a mobile phone | a mobile and an alternateMobile phone |

  @id:create.bad-number-is-refused @must @stated
  Rule: A number that does not have the required form is refused when a phone is created.
    The form is that of create.documented-numbers-are-accepted. Whether its space may be left out is a rule of its own: create.number-needs-a-space.
    Source: create-v1.0-ja + create-beta-en + create-beta-es, Request body; resource-beta-ja-en, Properties

    @single-answer
    Scenario Outline: A number is refused that <problem>
      Given a user with no phones
      When the administrator adds a mobile phone with the number "<number>" for the user
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
    Scenario Outline: The number <number> is refused for an <type> phone as well
      Given a user with <before>
      When the administrator adds <a phone> with the number "<number>" for the user
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | type            | a phone                  | before         | number         |
        | alternateMobile | an alternateMobile phone | a mobile phone | 12345          |
        | alternateMobile | an alternateMobile phone | a mobile phone | 1 2065550100   |
        | alternateMobile | an alternateMobile phone | a mobile phone | +1 20655a0100  |
        | office          | an office phone          | no phones      | 12345          |
        | office          | an office phone          | no phones      | 1 2065550100   |
        | office          | an office phone          | no phones      | +1 20655a0100  |
        | office          | an office phone          | no phones      | +1 2065550100x |

  @id:create.number-needs-a-space @advisory @stated
  Rule: A number without the space between country code and number should be refused when a phone is created.
    The live service accepts such numbers, so that the documents alone ask for the refusal.
    Source: create-v1.0-ja + create-beta-en + create-beta-es, Request body; resource-beta-ja-en, Properties; observed, numbers without a space

    @single-answer
    Scenario: A number without a space is refused
      Given a user with no phones
      When the administrator adds a mobile phone with an unspaced number for the user
      Then the request is refused
      And the user's phones are unchanged

  @id:create.one-phone-per-type @must @stated @watch:one-phone-of-each-type
  Rule: A user has at most one phone of each type, so that adding a second one fails.
    Source: create-v1.0-ja + create-beta-en + create-beta-es + resource-beta-ja-en, Introduction

    Scenario Outline: A second <type> phone is refused
      Given a user with a mobile, an alternateMobile and an office phone
      When the administrator adds <a phone> for the user
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | type            | a phone                  |
        | mobile          | a mobile phone           |
        | alternateMobile | an alternateMobile phone |
        | office          | an office phone          |

    Scenario Outline: The same <type> phone again is refused
      Given a user with a mobile, an alternateMobile and an office phone
      When the administrator adds <a phone> with the user's own number for the user
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | type            | a phone                  |
        | mobile          | a mobile phone           |
        | alternateMobile | an alternateMobile phone |
        | office          | an office phone          |

  @id:create.one-of-two-at-once @must @stated
  Rule: Of two phones of one type that are added for a user at the same moment, at most one is stored.
    Source: create-v1.0-ja + create-beta-en + create-beta-es + resource-beta-ja-en, Introduction

    Scenario Outline: Two <type> phones are added at once
      Given a user with no phones
      When the administrator adds two <type> phones for the user at once, again and again
      Then never are both requests accepted
      And the user never has two <type> phones

      Examples:
        | type   |
        | mobile |
        | office |

  @id:create.alternate-mobile-needs-a-mobile @must @stated @watch:alternate-mobile-beside-a-mobile
  Rule: A user must have a mobile phone before an alternateMobile phone is added.
    Source: create-v1.0-ja + create-beta-en + create-beta-es + resource-beta-ja-en, Introduction

    Scenario Outline: An alternateMobile phone is refused for a user with <before>
      Given a user with <before>
      When the administrator adds an alternateMobile phone for the user
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | before          |
        | no phones       |
        | an office phone |

    Scenario: The mobile phone of another user does not count
      Given a user with no phones
      And another user with a mobile phone
      When the administrator adds an alternateMobile phone for the user
      Then the request is refused
      And the user's phones are unchanged

  @id:create.mobile-and-office-need-nothing-before-them @must @stated
  Rule: A mobile phone and an office phone can be added whatever other phones the user has, and to a user who has none.
    Source: create-v1.0-ja + create-beta-en + create-beta-es + resource-beta-ja-en, Introduction

    Scenario Outline: The first phone may be <a phone>
      Given a user with no phones
      When the administrator adds <a phone> for the user
      Then the request succeeds
      And the user has <a phone>

      Examples:
        | a phone         |
        | a mobile phone  |
        | an office phone |

    Scenario: A mobile phone is added beside an office phone
      Given a user with an office phone
      When the administrator adds a mobile phone for the user
      Then the request succeeds
      And the user has a mobile and an office phone

  @id:create.all-three-types @must @stated
  Rule: A user can have one phone of each of the three types at a time.
    Source: create-v1.0-ja + create-beta-en + create-beta-es + resource-beta-ja-en, Introduction

    Scenario Outline: <a phone> is added to <before>
      Given a user with <before>
      When the administrator adds <a phone> for the user
      Then the request succeeds
      And the user has a mobile, an alternateMobile and an office phone

      Examples:
        | a phone                  | before                                |
        | an office phone          | a mobile and an alternateMobile phone |
        | an alternateMobile phone | a mobile and an office phone          |

  @id:create.again-after-delete @must @stated
  Rule: A type whose phone was deleted is free again.
    Source: create-v1.0-ja + create-beta-en + create-beta-es + resource-beta-ja-en, Introduction; resource-beta-ja-en, Methods

    Scenario Outline: <a phone> is added again
      Given a user with <before>
      And the administrator has deleted the user's <type> phone
      When the administrator adds <a phone> for the user
      Then the request succeeds
      And the user has <before>

      Examples:
        | type            | a phone                  | before                                |
        | mobile          | a mobile phone           | a mobile phone                        |
        | alternateMobile | an alternateMobile phone | a mobile and an alternateMobile phone |
        | office          | an office phone          | an office phone                       |

    Scenario: The very phone that was deleted is added again
      Given a user with an office phone
      And the administrator has deleted the user's office phone
      When the administrator adds the deleted phone with its old number for the user
      Then the request succeeds
      And the user has an office phone

  @id:create.id-is-read-only @must @stated @last
  Rule: id is read-only: sending it does not set it, whether the request is accepted or refused.
    Source: resource-beta-ja-en, Properties

    Scenario: An id in the body does not become the phone's id
      Given a user with no phones
      When the administrator adds an office phone claiming the id "11111111-2222-3333-4444-555555555555" for the user
      Then no phone of the user has the id "11111111-2222-3333-4444-555555555555"

  @id:create.allowed-user-is-ready @must @stated
  Rule: The system registers the mobile number of a user whom policy allows SMS sign-in, so that a number that nobody else uses is ready.
    The documents promise the attempt; that it succeeds is what their examples show.
    Source: create-v1.0-ja + create-beta-en + create-beta-es + resource-beta-ja-en, Introduction; resource-beta-ja-en, SMS sign-in states; create-v1.0-ja + create-beta-en + create-beta-es, Examples

    Scenario: The mobile phone of an allowed user is ready
      Given a user allowed SMS sign-in with no phones
      When the administrator adds a mobile phone for the user
      Then the user's mobile phone has the smsSignInState "ready"

  @id:create.user-outside-policy-is-not-allowed @must @stated
  Rule: The mobile phone of a user whom policy does not allow SMS sign-in is notAllowedByPolicy.
    Source: resource-beta-ja-en, SMS sign-in states

    Scenario: The mobile phone of a user outside the policy is not allowed
      Given a user not allowed SMS sign-in with no phones
      When the administrator adds a mobile phone for the user
      Then the user's mobile phone has the smsSignInState "notAllowedByPolicy"

  @id:create.sms-sign-in-state-is-read-only @must @stated
  Rule: smsSignInState is read-only: sending it does not set it, whether the request is accepted or refused.
    Source: create-v1.0-ja + create-beta-en + create-beta-es, Request body; resource-beta-ja-en, SMS sign-in states

    Scenario: An smsSignInState in the body makes no office phone ready
      Given a user with no phones
      When the administrator adds an office phone claiming the smsSignInState "ready" for the user
      Then no phone of the user has the smsSignInState "ready"

    Scenario: An smsSignInState in the body makes no alternateMobile phone ready
      Given a user not allowed SMS sign-in with a mobile phone
      When the administrator adds an alternateMobile phone claiming the smsSignInState "ready" for the user
      Then no phone of the user has the smsSignInState "ready"

    Scenario: An smsSignInState in the body does not get round the policy
      Given a user not allowed SMS sign-in with no phones
      When the administrator adds a mobile phone claiming the smsSignInState "ready" for the user
      Then no phone of the user has the smsSignInState "ready"

    Scenario: An smsSignInState in the body does not keep an allowed user's number from being registered
      Given a user allowed SMS sign-in with no phones
      When the administrator adds a mobile phone claiming the smsSignInState "notConfigured" for the user
      Then the user's mobile phone, if there is one, has the smsSignInState "ready"

  @id:create.other-types-are-not-supported @must @stated @watch:others-are-not-supported
  Rule: A phone that is not a mobile phone is notSupported for SMS sign-in; outside the policy it may be notAllowedByPolicy instead.
    Of such a phone both rows of the table are true, and the document does not say which one counts.
    Source: resource-beta-ja-en, SMS sign-in states; observed, states of a user outside the policy

    Scenario Outline: <a phone> is not supported
      Given a user allowed SMS sign-in with a mobile phone
      When the administrator adds <a phone> for the user
      Then the user's <type> phone has the smsSignInState "notSupported"

      Examples:
        | a phone                  | type            |
        | an alternateMobile phone | alternateMobile |
        | an office phone          | office          |

    Scenario Outline: <a phone> of any user has one of the two states
      Given a user with a mobile phone
      When the administrator adds <a phone> for the user
      Then the user's <type> phone has the smsSignInState "notSupported" or "notAllowedByPolicy"

      Examples:
        | a phone                  | type            |
        | an alternateMobile phone | alternateMobile |
        | an office phone          | office          |

    Scenario Outline: <a phone> of a user outside the policy has one of the two states
      Given a user not allowed SMS sign-in with a mobile phone
      When the administrator adds <a phone> for the user
      Then the user's <type> phone has the smsSignInState "notSupported" or "notAllowedByPolicy"

      Examples:
        | a phone                  | type            |
        | an alternateMobile phone | alternateMobile |
        | an office phone          | office          |

  @id:create.taken-number-is-not-unique @must @stated
  Rule: A mobile number that somebody else uses for SMS sign-in does not become ready: if the phone is stored, it is phoneNumberNotUnique.
    The live service answers such a create with 409 and stores the phone all the same. The documents leave open whether the create
    succeeds, and whether a refused phone is stored: this is the one refused create that may change a phone.
    Source: resource-beta-ja-en, SMS sign-in states; create-v1.0-ja + create-beta-en + create-beta-es + enable-v1.0-fr, Introduction; observed, a taken number

    Scenario: The number of another user is not unique
      Given a user allowed SMS sign-in with no phones
      And another user allowed SMS sign-in with a mobile phone
      And the other user's mobile phone is ready for SMS sign-in
      When the administrator adds a mobile phone with the other user's number for the user
      Then the user's mobile phone, if there is one, has the smsSignInState "phoneNumberNotUnique"
      And the other user's phones are unchanged

  @id:create.one-number-for-two-at-once @must @stated
  Rule: Of two users who are given one number at the same moment, at most one is ready for SMS sign-in.
    Source: enable-v1.0-fr, Introduction; resource-beta-ja-en, SMS sign-in states

    Scenario: Two users are given one number at once
      Given a user allowed SMS sign-in with no phones
      And another user allowed SMS sign-in with no phones
      When the administrator adds a mobile phone with one number for both users at once, again and again
      Then never are both phones ready for SMS sign-in

  @id:create.numbers-of-other-types-are-free-for-sign-in @must @stated
  Rule: A mobile phone with the number of somebody's alternateMobile or office phone becomes ready, where it is accepted: only numbers that are used for SMS sign-in have to be unique.
    Source: resource-beta-ja-en, SMS sign-in states; enable-v1.0-fr, Introduction

    Scenario Outline: The number of <a phone> is free for SMS sign-in
      Given a user allowed SMS sign-in with no phones
      And another user with a mobile and <a phone>
      When the administrator adds a mobile phone with the number of the other user's <type> phone for the user
      Then the user's mobile phone, if there is one, has the smsSignInState "ready"
      And the other user's phones are unchanged

      Examples:
        | a phone                  | type            |
        | an alternateMobile phone | alternateMobile |
        | an office phone          | office          |

  @id:create.numbers-may-be-shared @advisory @observed
  Rule: Several phones may have one number: phones of two users, and two phones of one user.
    The documents limit only who signs in with a number.
    Source: observed, states of a user outside the policy

    Scenario Outline: Two users have the number of <the phone>
      Given a user with a mobile phone
      And another user with a mobile and <the phone>
      When the administrator adds <the phone> with the other user's number for the user
      Then the request succeeds
      And the other user's phones are unchanged

      Examples:
        | the phone                |
        | an alternateMobile phone |
        | an office phone          |

    Scenario: A user has one number for two phones
      Given a user with a mobile phone
      When the administrator adds an office phone with the number of the user's mobile phone for the user
      Then the request succeeds

  @id:create.other-phones-stay @must @stated
  Rule: Creating a phone leaves the user's other phones as they are.
    Source: create-v1.0-ja + create-beta-en + create-beta-es, Introduction

    Scenario Outline: The other phones stay when <a phone> is added
      Given a user with <before>
      When the administrator adds <a phone> for the user
      Then the user's other phones are unchanged

      Examples:
        | a phone                  | before                                |
        | a mobile phone           | an office phone                       |
        | an alternateMobile phone | a mobile and an office phone          |
        | an office phone          | a mobile and an alternateMobile phone |

    Scenario: SMS sign-in stays on when an office phone is added
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When the administrator adds an office phone for the user
      Then the user's other phones are unchanged

  @id:create.other-users-stay @must @stated
  Rule: Creating a phone leaves other users' phones as they are.
    Source: create-v1.0-ja + create-beta-en + create-beta-es, HTTP request; create-v1.0-ja + create-beta-en + create-beta-es, Introduction

    Scenario: Another user gets no phone
      Given a user with no phones
      And another user with no phones
      When the administrator adds a mobile phone for the user
      Then the other user's phones are unchanged

    Scenario: Another user keeps their phone
      Given a user with no phones
      And another user with a mobile and an office phone
      When the administrator adds a mobile phone for the user
      Then the other user's phones are unchanged

    Scenario: Another user keeps SMS sign-in when an office phone has their number
      Given a user with no phones
      And another user allowed SMS sign-in with a mobile phone
      And the other user's mobile phone is ready for SMS sign-in
      When the administrator adds an office phone with the number of the other user's mobile phone for the user
      Then the other user's phones are unchanged

  @id:create.unknown-user-is-refused @advisory @observed
  Rule: A phone should not be created for a user who does not exist: the request should be refused.
    Source: observed, users who do not exist; reference:errors, 404

    @single-answer
    Scenario: Nobody has the id
      When the administrator adds a mobile phone for a user who does not exist
      Then the request is refused

  @id:create.refusal-changes-nothing @must @stated
  Rule: A refused create changes no phone, neither of the user nor of anybody else, unless it was refused for a taken number.
    What holds for a taken number is in create.taken-number-is-not-unique.
    Source: create-v1.0-ja + create-beta-en + create-beta-es, Introduction; create-v1.0-ja + create-beta-en + create-beta-es, Request body; resource-beta-ja-en, Properties

    Scenario: A refused body changes nothing
      Given a user with an office phone
      And another user with no phones
      When the administrator adds a phone from the body {"phoneType": "mobile"}
      Then the refusal leaves the user's phones unchanged
      And the refusal leaves the other user's phones unchanged

    Scenario: A refused second phone leaves SMS sign-in on
      Given a user allowed SMS sign-in with a mobile phone
      And the user's mobile phone is ready for SMS sign-in
      When the administrator adds a mobile phone for the user
      Then the refusal leaves the user's phones unchanged

    Scenario: A refused second phone changes nothing
      Given a user allowed SMS sign-in with a mobile phone
      And another user allowed SMS sign-in with a mobile phone
      And SMS sign-in is off for the user's mobile phone
      And the other user's mobile phone is ready for SMS sign-in
      When the administrator adds a mobile phone with the other user's number for the user
      Then the refusal leaves the user's phones unchanged
      And the refusal leaves the other user's phones unchanged
