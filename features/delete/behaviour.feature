@delete @behaviour
Feature: Deleting a phone: the business rules
  What a deletion removes, and what it leaves.

  @id:delete.removes-the-phone @must @stated @effect
  Rule: A phone that was deleted is no longer one of the user's phones.
    Source: resource-beta-ja-en, Methods; resource-beta-ja-en, Properties

    Scenario Outline: The <type> phone is gone
      Given a user with <before>
      When the administrator deletes the user's <type> phone
      Then the user has <after>

      Examples:
        | type            | before                                | after          |
        | mobile          | a mobile phone                        | no phones      |
        | alternateMobile | a mobile and an alternateMobile phone | a mobile phone |
        | office          | an office phone                       | no phones      |

    Scenario: A phone whose number was changed is gone
      Given a user with a mobile phone
      And the administrator has changed the number of the user's mobile phone
      When the administrator deletes the user's mobile phone
      Then the user has no phones

    Scenario: A deleted phone cannot be read
      Given a user with a mobile and an alternateMobile phone
      And list and read agree on the user's alternateMobile phone
      When the administrator deletes the user's alternateMobile phone
      Then the user's alternateMobile phone cannot be read

  @id:delete.other-phones-stay @must @stated
  Rule: A deletion leaves the user's other phones as they are.
    Source: resource-beta-ja-en, Methods

    Scenario Outline: The other phones stay when the <type> phone is deleted
      Given a user with <before>
      When the administrator deletes the user's <type> phone
      Then the user's other phones are unchanged

      Examples:
        | type            | before                                           |
        | mobile          | a mobile and an office phone                     |
        | alternateMobile | a mobile, an alternateMobile and an office phone |
        | office          | a mobile, an alternateMobile and an office phone |

    Scenario: SMS sign-in stays on when the office phone is deleted
      Given a user allowed SMS sign-in with a mobile and an office phone
      And the user's mobile phone is ready for SMS sign-in
      When the administrator deletes the user's office phone
      Then the user's other phones are unchanged

    Scenario: A phone with the same number stays
      Given a user with a mobile phone
      And the administrator has tried to add an office phone with the number of the user's mobile phone for the user
      When the administrator deletes the user's office phone
      Then the user's other phones are unchanged

  @id:delete.other-users-stay @must @reference
  Rule: A deletion leaves other users' phones as they are.
    Source: resource-beta-ja-en, Methods; reference:delete, HTTP request

    Scenario: Another user keeps their phones
      Given a user with a mobile phone
      And another user with a mobile and an office phone
      When the administrator deletes the user's mobile phone
      Then the other user's phones are unchanged

    Scenario: Another user's phone with the same number stays
      Given a user with a mobile phone
      And another user with no phones
      And the administrator has tried to add an office phone with the number of the user's mobile phone for the other user
      When the administrator deletes the user's mobile phone
      Then the other user's phones are unchanged

  @id:delete.absent-phone-is-refused @must @reference
  Rule: A phone that the user does not have cannot be deleted.
    Source: reference:errors, 404

    Scenario Outline: The <type> phone of a user with <phones> cannot be deleted
      Given a user with <phones>
      When the administrator deletes the user's <type> phone
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | type            | phones          |
        | mobile          | an office phone |
        | alternateMobile | a mobile phone  |
        | office          | a mobile phone  |

    Scenario: A phone cannot be deleted twice
      Given a user with a mobile and an alternateMobile phone
      And the administrator has deleted the user's alternateMobile phone
      When the administrator deletes the user's alternateMobile phone
      Then the request is refused
      And the user's phones are unchanged

    Scenario: A phone that only another user has cannot be deleted through this one
      Given a user with no phones
      And another user with a mobile phone
      When the administrator deletes the user's mobile phone
      Then the request is refused
      And the other user's phones are unchanged

    Scenario: An id that no phone has cannot be deleted
      Given a user with a mobile phone
      When the administrator deletes a phone of the user by an id that no phone has
      Then the request is refused
      And the user's phones are unchanged

  @id:delete.mobile-stays-while-alternate-mobile-exists @must @reference @watch:alternate-mobile-beside-a-mobile
  Rule: A mobile phone cannot be deleted while the user has an alternateMobile phone.
    Source: reference:delete + resource-beta-ja-en, Introduction

    Scenario Outline: The mobile phone of a user with <phones> stays
      Given a user with <phones>
      When the administrator deletes the user's mobile phone
      Then the request is refused
      And the user's phones are unchanged

      Examples:
        | phones                                           |
        | a mobile and an alternateMobile phone            |
        | a mobile, an alternateMobile and an office phone |

    Scenario: The mobile phone beside an alternateMobile phone stays when the user deletes it
      Given a user with a mobile and an alternateMobile phone
      When the user deletes their own mobile phone
      Then the request is refused
      And the user's phones are unchanged

  @id:delete.default-method-may-stay @must @reference
  Rule: The deletion of a mobile phone beside other phones may be refused, as that of the default method: then nothing changes.
    Source: reference:delete, Introduction

    Scenario: A mobile phone beside an office phone is deleted or stays
      Given a user with a mobile and an office phone
      When the administrator deletes the user's mobile phone
      Then the request succeeds or is refused
      And the user's mobile phone is gone if the request succeeded, and there if not

  @id:delete.me-removes-own-phone @must @reference
  Rule: /me deletes the phone of the signed-in user.
    Source: reference:delete, HTTP request

    Scenario: The signed-in user deletes a phone
      Given a user with a mobile and an alternateMobile phone
      When the user deletes their own alternateMobile phone
      Then the request succeeds
      And the user has a mobile phone

  @id:delete.frees-the-number @must @reference
  Rule: The number of a deleted mobile phone can be used for SMS sign-in by somebody else.
    Source: resource-beta-ja-en, Methods; enable-v1.0-fr, Introduction

    Scenario: The number is free for another user
      Given a user allowed SMS sign-in with a mobile phone
      And another user allowed SMS sign-in with no phones
      And the user's mobile phone is ready for SMS sign-in
      When the administrator deletes the user's mobile phone
      Then the other user can use the user's old number for SMS sign-in

  @id:delete.unknown-user-is-refused @advisory @observed
  Rule: A phone of a user who does not exist should not be deleted: the request should be refused.
    Source: observed, users who do not exist; reference:errors, 404

    @single-answer
    Scenario: Nobody has the id
      When the administrator deletes the mobile phone of a user who does not exist
      Then the request is refused

  @id:delete.refusal-changes-nothing @must @reference
  Rule: A refused delete changes no phone, neither of the user nor of anybody else.
    Source: reference:errors, Status codes

    Scenario: A deletion of a missing phone changes nothing
      Given a user with a mobile phone
      And another user with a mobile and an office phone
      When the administrator deletes the user's office phone
      Then the refusal leaves the user's phones unchanged
      And the refusal leaves the other user's phones unchanged
