ALTER TABLE "decisions" ADD COLUMN "token_scale" double precision;--> statement-breakpoint
-- Decisions that still wait to be written keep what their text was prepared with.
UPDATE "decisions" SET "token_scale" = ("trace" #>> '{prepared,tokens,scale}')::double precision
WHERE jsonb_typeof("trace" #> '{prepared,tokens,scale}') = 'number';
