@get @behaviour
Feature: Reading a phone: the business rules
  Which phone a read shows, and that there is nothing to read where no phone is.

  @id:get.the-phone-asked-for @must @stated
  Rule: A read shows the phone that was asked for, with its id, number, type and state.
    Source: resource-beta-ja-en, Methods; resource-beta-ja-en, Properties; resource-beta-ja-en, Introduction

    Scenario Outline: The <type> phone is read
      Given a user with a mobile, an alternateMobile and an office phone
      When the administrator reads the user's <type> phone
      Then the answer is the user's <type> phone

      Examples:
        | type            |
        | mobile          |
        | alternateMobile |
        | office          |

    Scenario: A phone is read with the number that it has now
      Given a user with a mobile phone
      And the administrator has replaced the user's mobile phone by one with another number
      When the administrator reads the user's mobile phone
      Then the answer is the user's mobile phone

    Scenario: A phone with an extension is read with it
      Given a user with an office phone
      And the user's office phone has an extension
      When the administrator reads the user's office phone
      Then the answer is the user's office phone

  @id:get.absent-phone-is-refused @must @reference
  Rule: A phone that the user does not have cannot be read.
    Source: reference:errors, 404

    Scenario Outline: The <type> phone of a user with <phones> cannot be read
      Given a user with <phones>
      When the administrator reads the user's <type> phone
      Then the request is refused

      Examples:
        | type            | phones                                |
        | mobile          | no phones                             |
        | mobile          | an office phone                       |
        | alternateMobile | a mobile phone                        |
        | office          | a mobile and an alternateMobile phone |

    Scenario: An id that no phone has cannot be read
      Given a user with a mobile phone
      When the administrator reads a phone of the user by an id that no phone has
      Then the request is refused

  @id:get.absent-phone-is-404 @advisory @observed
  Rule: The refusal to read a phone that the user does not have is 404 Not Found.
    Source: observed, clients that handle a missing phone; reference:errors, 404

    Scenario: A missing phone is not found
      Given a user with no phones
      When the administrator reads the user's mobile phone
      Then the answer is 404 Not Found

  @id:get.only-this-user @must @stated
  Rule: A read shows no phone of anybody else.
    Source: resource-beta-ja-en, Methods; resource-beta-ja-en, Properties; resource-beta-ja-en, Introduction

    Scenario: A phone that only another user has cannot be read
      Given a user with no phones
      And another user with a mobile phone
      When the administrator reads the user's mobile phone
      Then the request is refused

    Scenario: A user's phone is not mistaken for that of another user
      Given a user with a mobile phone
      And another user with a mobile phone
      When the administrator reads the user's mobile phone
      Then the answer is the user's mobile phone

  @id:get.me-reads-own-phone @must @reference
  Rule: /me reads the phone of the signed-in user.
    Source: reference:get, HTTP request

    Scenario: The signed-in user's phone is read
      Given a user with a mobile phone
      When the user reads their own mobile phone
      Then the answer is the user's mobile phone

    Scenario Outline: The <type> phone is read as the administrator sees it
      Given a user with a mobile, an alternateMobile and an office phone
      And another user with a mobile phone
      When the user reads their own <type> phone
      Then the answer shows what the administrator sees

      Examples:
        | type            |
        | mobile          |
        | alternateMobile |
        | office          |

  @id:get.unknown-user-is-refused @advisory @observed
  Rule: A phone of a user who does not exist should not be read: the request should be refused.
    Source: observed, users who do not exist; reference:errors, 404

    @single-answer
    Scenario: Nobody has the id
      When the administrator reads the mobile phone of a user who does not exist
      Then the request is refused

  @id:get.same-in-both-versions @advisory @reference
  Rule: v1.0 and beta show the same phone.
    No page says so; clients of the live service rely on it.
    Source: reference:get, HTTP request; reference:tutorial, ids of the phone types

    Scenario: A phone is read in the other version
      Given a user with a mobile phone
      When the administrator reads the user's mobile phone in the other version
      Then the answer is the user's mobile phone
