UPDATE cases_case AS made SET answer_by = question.due_at
FROM cases_question AS question
WHERE question.case_id = made.id AND question.answered_at IS NULL AND made.closed_at IS NULL AND made.id >= %(first_case)s
