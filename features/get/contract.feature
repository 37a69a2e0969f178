@get @contract
Feature: Reading a phone: the contract
  What comes back when one phone is asked for.

  @id:get.answers-200 @must @reference @watch:success
  Rule: A successful read answers 200 OK.
    Source: reference:get, Response

    @single-answer
    Scenario: A mobile phone is read
      Given a user with a mobile phone
      When the administrator reads the user's mobile phone
      Then the answer is 200 OK

  @id:get.answer-is-a-phone @must @stated @watch:phone
  Rule: A successful read answers with a phoneAuthenticationMethod in JSON, whose phoneType and smsSignInState are among the documented values.
    Source: resource-beta-ja-en, Namespace; resource-beta-ja-en, Methods; resource-beta-ja-en, Properties; resource-beta-ja-en, Introduction; resource-beta-ja-en, JSON representation

    @single-answer
    Scenario Outline: The answer for a <type> phone is a phone
      Given a user with a mobile, an alternateMobile and an office phone
      When the administrator reads the user's <type> phone
      Then the answer is a phone

      Examples:
        | type            |
        | mobile          |
        | alternateMobile |
        | office          |

  @id:get.addressed-by-user-principal-name @must @reference
  Rule: The user whose phone is read may be addressed by user principal name.
    Source: reference:get, HTTP request

    Scenario: A phone of a user principal name is read
      Given a user with a mobile phone
      When the administrator reads the user's mobile phone by user principal name
      Then the answer is the user's mobile phone

  @id:get.addressed-by-the-well-known-id @must @reference
  Rule: A phone can be read by the id that phones of its type have for every user.
    Source: reference:update, Path parameters; reference:tutorial, ids of the phone types

    @single-answer
    Scenario Outline: The <type> phone is read by its well-known id
      Given a user with a mobile, an alternateMobile and an office phone
      When the administrator reads the user's <type> phone by its well-known id
      Then the request succeeds

      Examples:
        | type            |
        | mobile          |
        | alternateMobile |
        | office          |

  @id:get.refusal-has-error-object @must @reference @watch:error-object
  Rule: A refused read answers with an error object that has a code and a message.
    Source: reference:errors, Error resource type

    @single-answer
    Scenario: The refusal of a caller without a token explains itself
      Given a user with a mobile phone
      When a caller without a token reads the user's mobile phone
      Then the answer is an error object
