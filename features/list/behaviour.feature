@list @behaviour
Feature: Listing a user's phones: the business rules
  Whose phones a list shows, and that it shows them all.

  @id:list.exactly-the-users-phones @must @stated
  Rule: A list shows all of the user's phones, each with its id, number, type and state, and no others.
    Source: resource-beta-ja-en, Methods; resource-beta-ja-en, Properties; resource-beta-ja-en, Introduction

    Scenario Outline: <phones> are listed
      Given a user with <phones>
      When the administrator lists the user's phones
      Then the answer holds exactly the user's phones

      Examples:
        | phones                                           |
        | a mobile phone                                   |
        | an office phone                                  |
        | a mobile and an alternateMobile phone            |
        | a mobile, an alternateMobile and an office phone |

    Scenario: A phone is listed with the number that it has now
      Given a user with a mobile phone
      And the administrator has replaced the user's mobile phone by one with another number
      When the administrator lists the user's phones
      Then the answer holds exactly the user's phones

    Scenario: A phone with an extension is listed with it
      Given a user with an office phone
      And the user's office phone has an extension
      When the administrator lists the user's phones
      Then the answer holds exactly the user's phones

    Scenario: A deleted phone is not listed
      Given a user with a mobile and an alternateMobile phone
      And the administrator has deleted the user's alternateMobile phone
      When the administrator lists the user's phones
      Then the answer holds exactly the user's phones

  @id:list.only-this-user @must @stated
  Rule: A list shows no phones of anybody else.
    Source: resource-beta-ja-en, Methods; resource-beta-ja-en, Introduction

    Scenario: The phones of another user are not listed
      Given a user with an office phone
      And another user with a mobile and an office phone
      When the administrator lists the user's phones
      Then the answer holds exactly the user's phones

    Scenario: A user without phones does not get those of another user
      Given a user with no phones
      And another user with a mobile and an office phone
      When the administrator lists the user's phones
      Then the answer holds exactly the user's phones

  @id:list.one-phone-of-each-type @must @stated @watch:one-phone-of-each-type
  Rule: A user never has more than one phone of a type, whatever was asked for before.
    Besides this scenario, every list of a run is checked: that is what the tag @watch says.
    Source: resource-beta-ja-en, Introduction

    Scenario: Each of the three types is listed once
      Given a user with a mobile, an alternateMobile and an office phone
      When the administrator lists the user's phones
      Then the answer shows at most one phone of each type

  @id:list.alternate-mobile-beside-a-mobile @must @reference @watch:alternate-mobile-beside-a-mobile
  Rule: A user who has an alternateMobile phone has a mobile phone, whatever was asked for before.
    Source: resource-beta-ja-en + reference:delete, Introduction

    Scenario: The backup is listed beside what it backs up
      Given a user with a mobile and an alternateMobile phone
      When the administrator lists the user's phones
      Then the answer shows no alternateMobile phone without a mobile phone

  @id:list.others-are-not-supported @must @stated @watch:others-are-not-supported
  Rule: A phone that is not a mobile phone is notSupported or notAllowedByPolicy for SMS sign-in, whatever was asked for before.
    Source: resource-beta-ja-en, SMS sign-in states

    Scenario: Only the mobile phone has to do with SMS sign-in
      Given a user with a mobile, an alternateMobile and an office phone
      When the administrator lists the user's phones
      Then the answer shows every phone but the mobile as notSupported or notAllowedByPolicy

  @id:list.ids-are-unique @must @stated @watch:ids-are-unique
  Rule: No two phones of a user have the same id, whatever was asked for before.
    Source: resource-beta-ja-en, Properties

    Scenario: Three phones have three ids
      Given a user with a mobile, an alternateMobile and an office phone
      When the administrator lists the user's phones
      Then the answer shows no id twice

  @id:list.values-are-documented @must @stated @watch:values-are-documented
  Rule: A phone has no type and no state but the documented ones, whatever was asked for before.
    Source: resource-beta-ja-en, Properties

    Scenario: Types and states are known
      Given a user with a mobile, an alternateMobile and an office phone
      When the administrator lists the user's phones
      Then the answer shows no type and no state but the documented ones

  @id:list.me-lists-own-phones @must @reference
  Rule: /me lists the phones of the signed-in user.
    Source: reference:list, HTTP request

    Scenario: The signed-in user's phones are listed
      Given a user with a mobile and an office phone
      When the user lists their own phones
      Then the answer holds exactly the user's phones

    Scenario: Three phones are listed as the administrator sees them
      Given a user with a mobile, an alternateMobile and an office phone
      When the user lists their own phones
      Then the answer shows what the administrator sees

    Scenario: The phones of another user are not among them
      Given a user with a mobile and an office phone
      And another user with a mobile and an office phone
      When the user lists their own phones
      Then the answer shows what the administrator sees

  @id:list.unknown-user-is-refused @advisory @observed
  Rule: The phones of a user who does not exist should not be listed: the request should be refused.
    Source: observed, users who do not exist; reference:errors, 404

    @single-answer
    Scenario: Nobody has the id
      When the administrator lists the phones of a user who does not exist
      Then the request is refused

  @id:list.same-in-both-versions @advisory @reference
  Rule: v1.0 and beta list the same phones of a user.
    No page says so; clients of the live service rely on it.
    Source: reference:list, HTTP request; reference:tutorial, ids of the phone types

    Scenario: A phone shows in the other version
      Given a user with a mobile and an office phone
      When the administrator lists the user's phones in the other version
      Then the answer holds exactly the user's phones
