//! `revisions!`: every revision file of a directory becomes a module of the program, and one value lists
//! them all.
//!
//! The files are compiled as they are, by `#[path]`, so an error in one of them is shown where it is, and
//! cargo builds anew when one changes. Files in SQL go into the program as texts. Which files there are is seen when the macro runs.

use std::path::{Path, PathBuf};

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Ident, Item, LitStr, Token};

/// What the modules are allowed: they are written for review, not for the lints of the program they are in.
const ALLOWED: &[&str] =
    &["dead_code", "missing_docs", "unreachable_pub", "unused_imports", "unused_variables"];

/// The value for the directories that are named, relative to the manifest of the crate.
pub(crate) fn revisions(input: TokenStream) -> syn::Result<TokenStream> {
    let named = Punctuated::<LitStr, Token![,]>::parse_terminated.parse2(input)?;
    if named.is_empty() {
        let message = "name the directory of the revision files, as in `revisions!(\"migrations/versions\")`";
        return Err(syn::Error::new(Span::call_site(), message));
    }
    let root = manifest_directory()?;
    let mut files = Vec::new();
    for directory in &named {
        let failed = |message: String| syn::Error::new(directory.span(), message);
        files.extend(revision_files(&root.join(directory.value())).map_err(failed)?);
    }
    // One directory may lie inside another.
    files.sort();
    files.dedup();
    let mut modules = Vec::new();
    let mut compiled = Vec::new();
    let mut in_sql = Vec::new();
    for (number, path) in files.iter().enumerate() {
        if path.extension().is_some_and(|extension| extension == "sql") {
            in_sql.push(sql(path, &root)?);
            continue;
        }
        let file = RevisionFile::read(path, &root, number)?;
        modules.push(file.module());
        compiled.push(file.compiled());
    }
    Ok(quote!({
        #(#modules)*
        ::ambix::Revisions::new(&[#(#compiled),*]).with_sql(&[#(#in_sql),*])
    }))
}

/// A file in SQL, whose text goes into the program. Cargo builds anew when it changes.
fn sql(path: &Path, root: &Path) -> syn::Result<TokenStream> {
    let shown = path.strip_prefix(root).unwrap_or(path).display().to_string();
    let path = path.to_str().ok_or_else(|| {
        syn::Error::new(Span::call_site(), format!("{shown}: its path is not UTF-8, so Rust cannot name it"))
    })?;
    Ok(quote!(::ambix::CompiledSql { path: #shown, text: ::core::include_str!(#path) }))
}

#[expect(clippy::disallowed_methods, reason = "cargo tells a macro only so which crate it runs in")]
fn manifest_directory() -> syn::Result<PathBuf> {
    let told = std::env::var("CARGO_MANIFEST_DIR").map(PathBuf::from);
    told.map_err(|_| syn::Error::new(Span::call_site(), "CARGO_MANIFEST_DIR is not set: build with cargo"))
}

/// The files that `ambix` itself would read as revisions, in order.
fn revision_files(directory: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(current) = waiting.pop() {
        let failed = |error: std::io::Error| format!("could not read {}: {error}", current.display());
        for entry in std::fs::read_dir(&current).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if name.starts_with('.') || name.starts_with('_') || name == "mod.rs" {
                continue;
            }
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "sql") {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// One revision file.
struct RevisionFile {
    /// Where it is, for the compiler.
    path: String,
    /// The same relative to the crate, for messages.
    shown: String,
    module: Ident,
    doc: String,
    /// The optional constants that it leaves out.
    has_branch_labels: bool,
    has_depends_on: bool,
}

impl RevisionFile {
    #[expect(clippy::disallowed_methods, reason = "the macro reads what the compiler is about to read")]
    fn read(path: &Path, root: &Path, number: usize) -> syn::Result<Self> {
        let shown = path.strip_prefix(root).unwrap_or(path).display().to_string();
        let refused = |why: &str| syn::Error::new(Span::call_site(), format!("{shown}: {why}"));
        let text = std::fs::read_to_string(path).map_err(|error| refused(&error.to_string()))?;
        // What is no Rust is for the compiler to say, at its place.
        let file = syn::parse_file(&text).ok();
        let constants: Vec<String> = file.iter().flat_map(|file| &file.items).filter_map(constant).collect();
        let has = |name: &str| constants.iter().any(|constant| constant == name);
        if file.is_some() && !has("REVISION") {
            return Err(refused(
                "this file is not a revision: it has no REVISION; keep other files elsewhere",
            ));
        }
        let path = path.to_str().ok_or_else(|| refused("its path is not UTF-8, so Rust cannot name it"))?;
        let stem = path.rsplit(['/', '\\']).next().unwrap_or_default().trim_end_matches(".rs");
        let stem: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        Ok(Self {
            path: path.to_owned(),
            module: format_ident!("revision_{number}_{stem}"),
            doc: file.as_ref().map(doc).unwrap_or_default(),
            // In a file that cannot be read, nothing more shall be missed than what is wrong with it.
            has_branch_labels: has("BRANCH_LABELS"),
            has_depends_on: has("DEPENDS_ON"),
            shown,
        })
    }

    fn module(&self) -> TokenStream {
        let Self { path, module, .. } = self;
        // What is not used in somebody's file is no expectation of ours.
        let allow = Ident::new("allow", Span::call_site());
        let allowed = ALLOWED.iter().map(|lint| Ident::new(lint, Span::call_site()));
        quote! {
            #[path = #path]
            #[#allow(#(#allowed,)* clippy::all, clippy::pedantic)]
            #[rustfmt::skip]
            mod #module;
        }
    }

    fn compiled(&self) -> TokenStream {
        let Self { path: _, shown, module, doc, has_branch_labels, has_depends_on } = self;
        let optional = |is_there: bool, name: &str| {
            let name = Ident::new(name, Span::call_site());
            if is_there { quote!(#module::#name) } else { quote!(&[]) }
        };
        let branch_labels = optional(*has_branch_labels, "BRANCH_LABELS");
        let depends_on = optional(*has_depends_on, "DEPENDS_ON");
        quote!(::ambix::Compiled {
            id: #module::REVISION,
            down: #module::DOWN_REVISION,
            branch_labels: #branch_labels,
            depends_on: #depends_on,
            doc: #doc,
            path: #shown,
            upgrade: #module::upgrade,
            downgrade: #module::downgrade,
        })
    }
}

fn constant(item: &Item) -> Option<String> {
    if let Item::Const(item) = item { Some(item.ident.to_string()) } else { None }
}

/// The text at the head of the file, as the reader of revision files takes it.
fn doc(file: &syn::File) -> String {
    let line = |attribute: &syn::Attribute| {
        let syn::Meta::NameValue(meta) = &attribute.meta else { return None };
        let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &meta.value else { return None };
        let text = text.value();
        meta.path.is_ident("doc").then(|| text.strip_prefix(' ').unwrap_or(&text).trim_end().to_owned())
    };
    file.attrs.iter().filter_map(line).collect::<Vec<_>>().join("\n")
}
